import type { FlowNode } from '../flow.ts'
import type { Json } from '../json.ts'
import type { NodeType } from '../manifest.ts'
import type { RetryPolicy } from '../plan.ts'

/** How a step of this type is tried again when its settings don't say. */
export function retryDefaults(type: NodeType): RetryPolicy {
  return { maxAttempts: type.settings.maxAttempts, factor: 2, minDelayMs: 1000, maxDelayMs: 60_000, jitter: true }
}

/** A node's params with what the type's schema gives where nothing is set, so that a plan says all that counts. */
export function paramsWithDefaults(node: FlowNode, type: NodeType): { [name: string]: Json } {
  const defaults = Object.entries(type.params.properties ?? {}).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...node.params }
}
