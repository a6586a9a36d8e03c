import { z } from 'zod'
import { Json } from './json.ts'

export const RunStatus = z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'])
export type RunStatus = z.infer<typeof RunStatus>

export const StepStatus = z.enum(['running', 'retrying', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled'])
export type StepStatus = z.infer<typeof StepStatus>

export const Instant = z.iso.datetime()

export const RunError = z.object({
  code: z.string(),
  message: z.string(),
  nodeId: z.string().optional(),
  path: z.string().optional(),
  attempt: z.number().optional(),
  retryable: z.boolean(),
  status: z.number().optional(),
  retryAfter: z.number().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  stack: z.string().optional(),
  details: z.unknown().optional(),
})
export type RunError = z.infer<typeof RunError>

export const WaitKind = z.enum([
  'delay',
  'call',
  'event',
  'approval',
  'retry',
  'child',
  'attention',
  'inDoubt',
  'connection',
  'slot',
])
export type WaitKind = z.infer<typeof WaitKind>

export const RunWait = z.object({
  path: z.string(),
  kind: WaitKind,
  name: z.string().optional(),
  url: z.string().optional(),
  until: Instant.optional(),
  expiresAt: Instant.optional(),
  /** The run whose end it waits for. */
  childRunId: z.string().optional(),
  since: Instant,
})
export type RunWait = z.infer<typeof RunWait>

/** As those see it who may look at a run and decide nothing in it. */
export function withoutApprovalLink(wait: RunWait): RunWait {
  if (wait.kind !== 'approval') return wait
  const { url: _link, ...rest } = wait
  return rest
}

export const RunSummary = z.object({
  id: z.string(),
  flowId: z.string(),
  version: z.union([z.number(), z.literal('draft')]),
  status: RunStatus,
  subject: z.string().nullable(),
  error: RunError.nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  replayOf: z.string().nullable(),
  parent: z.string().nullable(),
  triggerId: z.string(),
})
export type RunSummary = z.infer<typeof RunSummary>

export const Run = RunSummary.extend({
  trigger: Json,
  output: Json,
  waits: z.array(RunWait),
  /** The request in the inbox that it is the run of. */
  requestId: z.string().nullable(),
})
export type Run = z.infer<typeof Run>

export const StepAttempt = z.object({
  attempt: z.number(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  outcome: z.enum(['running', 'succeeded', 'failed', 'lost', 'cancelled']),
  error: RunError.nullable(),
})
export type StepAttempt = z.infer<typeof StepAttempt>

export const RunStep = z.object({
  path: z.string(),
  nodeId: z.string(),
  /** For a step that code asked for: what it is, such as `run` or `sleep`. */
  call: z.string().optional(),
  status: StepStatus,
  attempt: z.number(),
  attempts: z.array(StepAttempt),
  input: Json,
  output: Json,
  error: RunError.nullable(),
  /** The handle it was left through, once it succeeded. */
  handle: z.string().nullable(),
  /** The run that its last attempt started. */
  childRunId: z.string().optional(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type RunStep = z.infer<typeof RunStep>

/** How many steps of a run there are of each status. */
export const StepsSummary = z.object({
  total: z.number(),
  byStatus: z.partialRecord(StepStatus, z.number()),
  /** By the id of the step on the canvas; one in a loop counts once for each time it was reached. */
  byNode: z.record(z.string(), z.partialRecord(StepStatus, z.number())),
})
export type StepsSummary = z.infer<typeof StepsSummary>

export const LogLine = z.object({
  path: z.string(),
  attempt: z.number(),
  at: Instant,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  data: Json.optional(),
  /** The line of the step's code that wrote it, where that is known: in tests. */
  line: z.number().optional(),
})
export type LogLine = z.infer<typeof LogLine>

/** What `GET /runs/:id/stream` sends: `run` is a Run without trigger and output, `step` a RunStep without payloads. */
export const RunStreamEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), id: z.string(), data: RunSummary.extend({ waits: z.array(RunWait) }) }),
  z.object({ type: z.literal('step'), id: z.string(), data: RunStep.omit({ input: true, output: true }) }),
  z.object({ type: z.literal('log'), id: z.string(), data: LogLine }),
])
export type RunStreamEvent = z.infer<typeof RunStreamEvent>
