import type { PoolClient } from 'pg'
import { lockSchedules, putSchedules } from '../db/schedules.ts'
import { tellOfSchedules } from '../db/tell-of-schedules.ts'
import type { LiveTriggers } from '../start/live-triggers.ts'
import { arrangeSchedules } from './arrange-schedules.ts'

/** Writes which schedules a flow has from this transaction's commit on, and has every process look at them then. */
export async function setSchedules(client: PoolClient, live: LiveTriggers, now: number, channel: string): Promise<void> {
  const before = await lockSchedules(client, live.workspaceId, live.flowId)
  const rows = arrangeSchedules(live, before, now)
  if (rows.length === 0 && before.length === 0) return
  await putSchedules(client, live.workspaceId, live.flowId, rows)
  await tellOfSchedules(client, channel)
}
