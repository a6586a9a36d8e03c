import type { OnceCaller } from '../keep/state-caller.ts'
import type { Database } from './database.ts'

/**
 * Claims a key nobody has, or one whose claim was seen to count no more: exactly that claim, so that of several who saw
 * it only one gets it. `isOwn` tells whether the run is still the caller's.
 */
export async function claimOnce(
  database: Database,
  caller: OnceCaller,
  key: string,
  seen: { runId: string; path: string; attempt: number; call: string } | undefined,
): Promise<{ isOwn: boolean; isMine: boolean }> {
  const [row] = await database.write<{ isOwn: boolean; isMine: boolean }>(
    `with run as materialized (
       select id from engine.runs
       where workspace_id = $1 and id = $3 and epoch = $4 and worker_id is not null for key share),
     claimed as (
       insert into engine.once_keys as o (workspace_id, flow_id, key, run_id, path, attempt, call)
       select $1, $2, $5, id, $6, $7, $8 from run
       on conflict (workspace_id, flow_id, key) do update
         set run_id = excluded.run_id, path = excluded.path, attempt = excluded.attempt, call = excluded.call, claimed_at = now()
         where o.done_at is null and o.run_id = $9 and o.path = $10 and o.attempt = $11 and o.call = $12
       returning 1)
     select exists (select from run) as "isOwn", exists (select from claimed) as "isMine"`,
    [
      caller.workspaceId,
      caller.flowId,
      caller.runId,
      caller.epoch,
      key,
      caller.path,
      caller.attempt,
      caller.call,
      seen?.runId ?? null,
      seen?.path ?? null,
      seen?.attempt ?? null,
      seen?.call ?? null,
    ],
  )
  return row ?? { isOwn: false, isMine: false }
}
