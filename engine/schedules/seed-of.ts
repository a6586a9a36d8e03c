import type { SchedulePlace } from '../db/schedules.ts'

/** What a schedule's own share of a spread is drawn from. */
export function seedOf({ workspaceId, flowId, triggerId }: SchedulePlace): string {
  return JSON.stringify([workspaceId, flowId, triggerId])
}
