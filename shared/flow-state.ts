import { z } from 'zod'
import { Json } from './json.ts'
import { Instant } from './run.ts'

/** A value a flow keeps from run to run. */
export const FlowStateEntry = z.object({
  key: z.string(),
  value: Json,
  /** Counts the changes of the key. */
  version: z.number(),
  updatedAt: Instant,
  /** The run that changed it last. */
  updatedBy: z.string(),
})
export type FlowStateEntry = z.infer<typeof FlowStateEntry>

/** What a run did to its flow's state, did once for all runs of the flow, and counted. */
export const RunStateView = z.object({
  changes: z.array(
    z.object({
      key: z.string(),
      /** As this run set it last, with the version that gave, and by which step. */
      value: Json,
      version: z.number(),
      path: z.string(),
      at: Instant,
      /** What the flow keeps there now; null: nothing any more. */
      now: z.object({ value: Json, version: z.number() }).nullable(),
    }),
  ),
  once: z.array(
    z.object({
      key: z.string(),
      path: z.string(),
      /** When it was done; null while it is not. */
      doneAt: Instant.nullable(),
      value: Json,
    }),
  ),
  /** By name and tags. */
  metrics: z.array(
    z.object({
      name: z.string(),
      tags: z.record(z.string(), z.string()),
      count: z.number(),
      sum: z.number(),
      min: z.number(),
      max: z.number(),
    }),
  ),
})
export type RunStateView = z.infer<typeof RunStateView>
