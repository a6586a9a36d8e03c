import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'
import { claimedColumns, type ClaimedRow, runFromClaimed, type RunRow } from './claim-runs.ts'

/**
 * Gives this worker the runs that were chosen from their lanes, as far as they still stand there. Those that only have
 * to end are not running meanwhile, and leave their slots to others.
 */
export async function claimChosen(
  client: PoolClient,
  { workerId, offsetMs, workspaceId }: { workerId: string; offsetMs: number; workspaceId: string },
  runIds: readonly string[],
  ending: readonly string[],
): Promise<RunRow[]> {
  const { rows } = await client.query<ClaimedRow>(
    `with alive as materialized (
       select id from engine.workers where id = $1 and state = 'live' for key share),
     chosen as materialized (
       select workspace_id, id, lost_by from engine.runs
       where workspace_id = $3 and id = any($4::text[]) and ready and exists (select from alive)
       order by id for no key update skip locked),
     c as (
       update engine.runs r
       set worker_id = $1, epoch = r.epoch + 1, ready = false, due_at = null, lost_by = null,
         status = case when r.id = any($5::text[]) then 'waiting' else 'running' end,
         slots = case when r.id = any($5::text[]) then null else r.slots end,
         slot_limit = case when r.id = any($5::text[]) then null else r.slot_limit end,
         started_at = coalesce(r.started_at, now() + $2::float8 * interval '1 ms')
       from chosen p where r.workspace_id = p.workspace_id and r.id = p.id
       returning r.*, p.lost_by as was_lost_by)
     select ${claimedColumns} from c`,
    [workerId, offsetMs, workspaceId, textArray(runIds), textArray(ending)],
  )
  return rows.map(runFromClaimed)
}
