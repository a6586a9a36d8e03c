import { findArrivalKind, insertArrival } from '../db/insert-arrival.ts'
import type { Database } from '../db/database.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import type { ResumeCall, ResumeOutcome } from '../engine-api.ts'
import { askingStep } from '../calls/call-path.ts'
import { findCall } from '../keep/code-state.ts'
import { failpoint } from '../failpoint.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { initialState, type RunState, stepIdIn } from '../state/run-state.ts'
import { apply } from '../state/state.ts'
import { readWaitToken } from './wait-token.ts'

export interface Resumer {
  database: Database
  signingKeys: readonly Uint8Array[]
  now(): number
  findPlanOf(runId: string): Promise<{ workspaceId: string; flowId: string; index: PlanIndex } | undefined>
  /** Somebody has to take in what arrived: the worker that holds the run, or any when none does. */
  onArrival(runId: string, workerId: string | null): void
}

const defaultMethods = ['POST', 'PUT']

/**
 * Takes a call to a wait's address: for a wait that is open, or that has yet to open. The first call counts, and
 * none after the deadline, the step or the run is over.
 */
export async function resumeWait(resumer: Resumer, token: string, call: ResumeCall): Promise<ResumeOutcome> {
  const named = readWaitToken(resumer.signingKeys, token)
  if (!named) return 'not_found'
  const { runId, path } = named
  const found = await resumer.findPlanOf(runId)
  if (!found) return 'expired'
  const step = found.index.steps.get(stepIdIn(path))
  const isWait =
    askingStep(path) === undefined ? step?.type === 'waitForCall' || step?.type === 'waitForForm' : step?.type === 'code'
  if (!step || !isWait) return 'not_found'
  const methods = Array.isArray(step.params['methods']) ? step.params['methods'] : defaultMethods
  if (call.method === 'HEAD' || call.method === 'OPTIONS' || !methods.includes(call.method)) return 'ignored'
  const passed = await passedAs(resumer, found, runId, path)
  if (passed) return passed

  const body = `{"method":${JSON.stringify(call.method)},"headers":${JSON.stringify(call.headers)},"query":${JSON.stringify(call.query)},"body":${call.body}}`
  failpoint('wait.before-arrival')
  const outcome = await insertArrival(resumer.database, { runId, path, kind: 'call', body, atMs: resumer.now() })
  // The run has ended since, perhaps with what another call brought.
  if (!outcome) return (await passedAs(resumer, found, runId, path)) ?? 'expired'
  failpoint('wait.after-arrival')
  resumer.onArrival(runId, outcome.workerId)
  if (outcome.isFirst) return outcome.isAwaited ? 'resumed' : 'kept'
  const earlier = await findArrivalKind(resumer.database, outcome.workspaceId, runId, path)
  return earlier === 'deadline' ? 'expired' : 'already_settled'
}

/**
 * What a call is told that comes too late, if it does: that another one was first, also when the run has ended since,
 * or that the run will not come to the wait any more, or has come past it other than by a call.
 */
export async function passedAs(
  { database }: Pick<Resumer, 'database'>,
  { workspaceId, index }: { workspaceId: string; index: PlanIndex },
  runId: string,
  path: string,
): Promise<'already_settled' | 'expired' | undefined> {
  const state = initialState(index)
  for (const event of await loadJournalAfter(database, workspaceId, runId, -1)) apply(state, event)
  const asker = askingStep(path)
  if (asker !== undefined) return callPassedAs(state, asker, path)
  const node = state.nodes.get(path)
  if (node?.status === 'succeeded') return node.handles.includes('received') ? 'already_settled' : 'expired'
  return node?.status === 'skipped' || node?.status === 'cancelled' || node?.status === 'failed' ? 'expired' : undefined
}

/** The same for a wait that code opens: it may ask for it as long as it has not ended. */
function callPassedAs(state: RunState, asker: string, path: string): 'already_settled' | 'expired' | undefined {
  const asking = state.nodes.get(asker)
  const call = findCall(state, path)?.call
  if (call?.status === 'succeeded') return call.handle === 'received' ? 'already_settled' : 'expired'
  const isOver = asking !== undefined && !['undecided', 'ready', 'running', 'retrying', 'waiting'].includes(asking.status)
  return isOver ? 'expired' : undefined
}
