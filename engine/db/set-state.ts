import type { StateCaller } from '../keep/state-caller.ts'
import type { Database } from './database.ts'
import { isDuplicate } from './is-duplicate.ts'

/**
 * Changes a key and records that this call did, in one statement; a call that was recorded before changes nothing.
 * Undefined when the run is not the caller's any longer.
 */
export async function setStateOnce(
  database: Database,
  caller: StateCaller,
  call: string,
  change: { key: string; value: string; ifVersion: number | undefined },
): Promise<{ isSet: true; version: number } | { isSet: false } | undefined> {
  for (;;) {
    try {
      const [row] = await database.write<{ isOwn: boolean; version: number | null }>(
        `with run as materialized (
           select id from engine.runs
           where workspace_id = $1 and id = $3 and epoch = $4 and worker_id is not null for key share),
         recorded as materialized (
           select version from engine.state_changes
           where workspace_id = $1 and run_id = $3 and path = $5 and call = $6 and key = $7),
         due as (select id from run where not exists (select from recorded)),
         written as (
           insert into engine.flow_state as s (workspace_id, flow_id, key, value, version, updated_by)
           select $1, $2, $7, $8, 1, id from due where $9::int is null or $9 = 0
           on conflict (workspace_id, flow_id, key) do update
             set value = excluded.value, version = s.version + 1, updated_at = now(), updated_by = excluded.updated_by
             where $9 is null
           returning version),
         exchanged as (
           update engine.flow_state set value = $8, version = version + 1, updated_at = now(), updated_by = $3
           where $9 > 0 and workspace_id = $1 and flow_id = $2 and key = $7 and version = $9 and exists (select from due)
           returning version),
         changed as (select version from written union all select version from exchanged),
         noted as (
           insert into engine.state_changes (workspace_id, run_id, path, call, key, value, version)
           select $1, $3, $5, $6, $7, $8, version from changed)
         select exists (select from run) as "isOwn",
           coalesce((select version from recorded), (select version from changed)) as version`,
        [
          caller.workspaceId,
          caller.flowId,
          caller.runId,
          caller.epoch,
          caller.path,
          call,
          change.key,
          change.value,
          change.ifVersion ?? null,
        ],
      )
      if (!row?.isOwn) return undefined
      return row.version === null ? { isSet: false } : { isSet: true, version: row.version }
    } catch (error) {
      // The same call by an earlier owner was committed in this very moment: its record is there now.
      if (!isDuplicate(error)) throw error
    }
  }
}
