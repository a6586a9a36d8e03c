import type { FlowNode, RetrySettings } from '../flow.ts'
import type { Json } from '../json.ts'
import type { NodeType } from '../manifest.ts'
import type { RetryPolicy } from '../plan.ts'

/** How a step of this type is tried again: as its settings say, else by its type and the common rule. */
export function retryPolicy(type: NodeType, settings: RetrySettings = {}): RetryPolicy {
  return {
    maxAttempts: settings.maxAttempts ?? type.settings.maxAttempts,
    factor: settings.factor ?? 2,
    minDelayMs: settings.minDelayMs ?? 1000,
    maxDelayMs: settings.maxDelayMs ?? 60_000,
    jitter: settings.jitter ?? true,
  }
}

/** A node's params with what the type's schema gives where nothing is set, so that a plan says all that counts. */
export function paramsWithDefaults(node: FlowNode, type: NodeType): { [name: string]: Json } {
  const defaults = Object.entries(type.params.properties ?? {}).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...node.params }
}
