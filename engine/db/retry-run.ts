import type { Queue } from '../control/start-control.ts'
import type { Database } from './database.ts'
import { endedAfter } from './ended-after.ts'

/**
 * Brings a failed run back from the history, ready to go on, with the request to do so as the next event of its
 * journal; all of it or nothing. Like a new one it queues for a slot. Gives false when the run is not failed.
 */
export async function retryFailedRun(
  database: Pick<Database, 'write'>,
  { workspaceId, runId, by, atMs, queue }: { workspaceId: string; runId: string; by: string; atMs: number; queue: Queue | null },
): Promise<boolean> {
  const rows = await database.write<{ id: string }>(
    `with taken as (
       delete from engine.history
       where workspace_id = $1 and id = $2 and status = 'failed' and finished_at >= to_timestamp($5::float8) returning *),
     back as (
       insert into engine.runs (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, ready, priority,
         arrived, subject, request_id, started_by, replay_of, parent, created_at, started_at, lane, slots, slot_limit)
       select workspace_id, id, flow_id, version, plan_hash, trigger_id, 'queued', epoch + 1, true, priority,
         arrived, subject, request_id, started_by, replay_of, parent, created_at, started_at, $6, $7, $8
       from taken returning id),
     forgotten as (
       delete from engine.arrivals a using taken t
       where a.workspace_id = t.workspace_id and a.run_id = t.id and a.kind in ('cancel', 'deadline')),
     -- Events passed it by while it was over.
     unlooked as (
       update engine.waits w set looked = false from taken t
       where w.workspace_id = t.workspace_id and w.run_id = t.id and w.event_name is not null),
     noted as (
       insert into engine.events (workspace_id, run_id, seq, kind, at, data)
       select workspace_id, id, last_seq + 1, 'run.retried', to_timestamp($3::float8 / 1000), $4 from taken)
     select id from back`,
    [
      workspaceId,
      runId,
      atMs,
      JSON.stringify({ by }),
      endedAfter(runId),
      queue?.lane ?? null,
      queue?.slots ?? null,
      queue?.slotLimit ?? null,
    ],
  )
  return rows.length === 1
}
