/** The engine's public face: durable execution on PostgreSQL, the code sandbox, and the way out of the house. */
export { armFailpoint, type ArmedFailpoint, failpointFrom } from './failpoint.ts'
export { createEngine } from './engine.ts'
export { createStepBench } from './run/create-step-bench.ts'
export { migrate, type Migrations } from './db/migrate.ts'
export { createEgress, egressLimits, egressRules, type EgressOptions } from './egress/index.ts'
export { codeLimits, createCodeRunner, type CodeProblem, type CodeRunnerOptions, type CodeSandbox } from './code/index.ts'
export { createKnown } from './code/known.ts'
export { createOrderedIds } from './start/ordered-ids.ts'
export { createTurns } from './turns/create-turns.ts'
export { isDataError } from './db/is-data-error.ts'
export { withTransaction } from './db/with-transaction.ts'
export { defaultLimits } from './limits.ts'
export { systemClock } from './worker/system-clock.ts'
export { mayDecide, type Voter } from './approvals/may-decide.ts'
export type { LinkedQuestion } from './approvals/approval-desk.ts'
export type { Approval } from './db/find-approval.ts'
export type { PollRow } from './db/polls.ts'
export type { ShownRequest } from './db/request-row.ts'
export type * from './engine-api.ts'
export type * from './ports.ts'

/** Where the engine's migrations lie, for `migrate`. */
export const engineMigrations = { schema: 'engine', directory: new URL('./db/migrations/', import.meta.url) }
