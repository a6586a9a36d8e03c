import { z } from 'zod'
import { Json } from './json.ts'
import { reservedNames } from './reserved-names.ts'

/** The version of the document format. Older documents are migrated on read, newer ones refused. */
export const flowSchemaVersion = 1

export const NodeId = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'Use letters, digits and _, starting with a letter, 64 characters at most')
  .refine((id) => !reservedNames.has(id), 'This name is reserved')

/** `"500ms" "10s" "5m" "2h" "3d"`, or milliseconds. */
export const Duration = z.union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/)])
export type Duration = z.infer<typeof Duration>

export const RetrySettings = z.strictObject({
  maxAttempts: z.number().optional(),
  factor: z.number().optional(),
  minDelayMs: z.number().optional(),
  maxDelayMs: z.number().optional(),
  jitter: z.boolean().optional(),
})
export type RetrySettings = z.infer<typeof RetrySettings>

export const Join = z.union([z.enum(['all', 'any']), z.strictObject({ atLeast: z.number() })])
export type Join = z.infer<typeof Join>

export const OnError = z.enum(['stop', 'continue', 'route', 'park'])
export type OnError = z.infer<typeof OnError>

const Condition = z.union([z.boolean(), z.string()])

export const NodeSettings = z.strictObject({
  retry: RetrySettings.optional(),
  timeoutMs: z.number().optional(),
  onError: OnError.optional(),
  join: Join.optional(),
  cancelRest: z.boolean().optional(),
  delivery: z.enum(['atLeastOnce', 'atMostOnce']).optional(),
  runIf: Condition.optional(),
  concurrency: z.strictObject({ limit: z.number(), key: z.string().optional() }).optional(),
  disabled: z.boolean().optional(),
})
export type NodeSettings = z.infer<typeof NodeSettings>

export const FlowNode = z.object({
  id: NodeId,
  type: z.string().min(1).max(200),
  name: z.string().max(200).optional(),
  position: z.object({ x: z.number(), y: z.number() }).default({ x: 0, y: 0 }),
  size: z.object({ width: z.number(), height: z.number() }).optional(),
  parent: NodeId.optional(),
  params: z.record(z.string(), Json).default({}),
  connection: z.string().max(200).optional(),
  settings: NodeSettings.default({}),
  note: z.string().max(20_000).optional(),
})
export type FlowNode = z.infer<typeof FlowNode>

/** A line: *then do*. It has no id of its own; source, handle and target together name it. */
export const FlowEdge = z.object({
  source: NodeId,
  sourceHandle: z.string().min(1).max(200).optional(),
  target: NodeId,
})
export type FlowEdge = z.infer<typeof FlowEdge>

const Per = z.union([z.enum(['second', 'minute', 'hour', 'day']), Duration])
export const FlowSettings = z.strictObject({
  timeoutMs: z.number().optional(),
  concurrency: z
    .strictObject({
      limit: z.number(),
      key: z.string().optional(),
      onLimit: z.enum(['queue', 'drop', 'cancelOldest']).optional(),
    })
    .optional(),
  throttle: z.strictObject({ limit: z.number(), per: Per, key: z.string().optional() }).optional(),
  rateLimit: z.strictObject({ limit: z.number(), per: Per, key: z.string().optional() }).optional(),
  debounce: z
    .strictObject({
      for: Duration,
      key: z.string().optional(),
      edge: z.enum(['trailing', 'leading']).optional(),
      maxWait: Duration.optional(),
    })
    .optional(),
  batch: z.strictObject({ size: z.number(), for: Duration, key: z.string().optional() }).optional(),
  singleton: z.strictObject({ key: z.string().optional(), onDuplicate: z.enum(['skip', 'cancelOld']).optional() }).optional(),
  priority: z.number().optional(),
  startWithin: Duration.optional(),
  onFailure: z.strictObject({ flowId: z.string() }).optional(),
  egress: z.strictObject({ allow: z.array(z.string()) }).optional(),
  retentionDays: z.number().optional(),
  subject: z.string().optional(),
})
export type FlowSettings = z.infer<typeof FlowSettings>

export const FlowGroup = z.object({
  id: z.string(),
  name: z.string(),
  colour: z.string().optional(),
  nodeIds: z.array(NodeId),
  folded: z.boolean().optional(),
})

/** The document people save. Holds no secrets; connections and secrets are named in it, never contained. */
export const Flow = z.object({
  schema: z.literal(flowSchemaVersion).default(flowSchemaVersion),
  name: z.string().max(200).default('Untitled flow'),
  description: z.string().max(20_000).default(''),
  nodes: z.array(FlowNode).max(20_000).default([]),
  edges: z.array(FlowEdge).max(100_000).default([]),
  settings: FlowSettings.default({}),
  groups: z.array(FlowGroup).default([]),
})
export type Flow = z.infer<typeof Flow>
