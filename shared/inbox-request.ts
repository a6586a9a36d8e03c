import { z } from 'zod'
import { Json } from './json.ts'
import { requestStates } from './request-states.ts'
import { Instant } from './run.ts'

const valueKinds = ['text', 'number', 'yes or no', 'empty', 'list', 'group'] as const
const UnusualField = z.object({
  path: z.string(),
  kind: z.enum(['missing', 'new', 'changed']),
  usual: z.enum(valueKinds).nullable(),
  now: z.enum(valueKinds).nullable(),
})

/** A request in the inbox of a flow. */
export const InboxItem = z.object({
  id: z.string(),
  flowId: z.string(),
  /** It started a run, is kept and started none, or was rejected. */
  state: z.enum(requestStates),
  /** Why it started none. */
  reason: z.string().nullable(),
  runId: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  remote: z.string(),
  sizeBytes: z.number(),
  receivedAt: Instant,
  /** It waits for its turn to be sent through. */
  sending: z.boolean(),
  /** The first text in it, to know it by. */
  subject: z.string().nullable(),
  /** In which fields it is not like the others. */
  unusual: z.array(UnusualField),
})
export type InboxItem = z.infer<typeof InboxItem>

/** With what was sent, as the flow sees it; of one that couldn't be read, its text. */
export const InboxRequestDetail = InboxItem.extend({ trigger: Json })
export type InboxRequestDetail = z.infer<typeof InboxRequestDetail>

/** What its sender was answered, as far as it can still be told. */
export const RequestAnswer = z.object({
  status: z.number(),
  /** The beginning of what was said; null where nothing was, or it is not kept. */
  body: z.string().nullable(),
  isCut: z.boolean(),
  /** How long its run took to answer; null when it was answered at once. */
  afterMs: z.number().nullable(),
})
export type RequestAnswer = z.infer<typeof RequestAnswer>

/** One request with all that is known of it. */
export const WholeRequest = InboxRequestDetail.extend({
  answer: RequestAnswer.nullable(),
  /** Runs that it was sent through to by hand, the newest first. */
  sent: z.array(z.object({ runId: z.string(), to: z.enum(['draft', 'live']), at: Instant })),
})
export type WholeRequest = z.infer<typeof WholeRequest>

/** A page of requests; of two that are compared, all that was sent and where it differs. */
export const InboxPage = z.object({
  items: z.array(z.union([InboxRequestDetail, InboxItem])),
  nextCursor: z.string().nullable(),
  differences: z
    .array(
      z.object({
        path: z.string(),
        a: Json.optional(),
        b: Json.optional(),
        /** The same as they came, to the letter, at least their beginning: a number may have more digits than a program reads. */
        written: z.object({ a: z.string().optional(), b: z.string().optional() }),
      }),
    )
    .optional(),
  /** How many fields are the same. */
  equal: z.number().optional(),
})
export type InboxPage = z.infer<typeof InboxPage>

export const maxRatePerSecond = 1000

/** How far kept requests of a flow are through. */
export const RequestDrain = z.object({
  /** `waiting`: for the flow to be on and not paused. */
  status: z.enum(['none', 'waiting', 'running', 'finished']),
  ratePerSecond: z.number().nullable(),
  /** How many there were when it was asked for, and how many are left. */
  total: z.number(),
  left: z.number(),
  /** Kept requests that would be sent through. */
  kept: z.number(),
  askedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})
export type RequestDrain = z.infer<typeof RequestDrain>
