export { createEgress, type EgressOptions } from './create-egress.ts'
export { egressLimits } from './egress-limits.ts'
export type { Lookup } from './dial.ts'
export { egressRules } from './egress-rules.ts'
