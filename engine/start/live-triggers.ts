import type { PlanTrigger } from '#shared/plan.ts'

/** What of a flow is live, and whether it is turned on; without triggers it starts nothing of its own accord. */
export interface LiveTriggers {
  workspaceId: string
  flowId: string
  version: number
  planHash: string
  triggers: readonly PlanTrigger[]
  isOn: boolean
}
