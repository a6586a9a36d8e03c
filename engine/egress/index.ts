export { createEgress, type EgressOptions } from './create-egress.ts'
export type { Lookup } from './dial.ts'
