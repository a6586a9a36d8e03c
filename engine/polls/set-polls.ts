import type { PoolClient } from 'pg'
import { deletePolls, lockPolls, putPolls } from '../db/polls.ts'
import { tellOfPolls } from '../db/tell-of-polls.ts'
import type { LiveTriggers } from '../start/live-triggers.ts'
import { arrangePolls } from './arrange-polls.ts'

/** Writes which triggers of a flow look by themselves from this transaction's commit on, and has every process see to them then. */
export async function setPolls(client: PoolClient, live: LiveTriggers, now: number, channel: string): Promise<void> {
  const before = await lockPolls(client, live.workspaceId, live.flowId)
  const { put, forget } = arrangePolls(live, before, now)
  if (put.length === 0 && before.length === 0) return
  await deletePolls(client, live.workspaceId, live.flowId, forget)
  await putPolls(client, put)
  await tellOfPolls(client, channel)
}
