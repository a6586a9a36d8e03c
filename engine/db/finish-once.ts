import type { OnceCaller } from '../keep/state-caller.ts'
import type { Database } from './database.ts'

/** Keeps what was done under a key the caller has claimed. Gives false when the claim is not the caller's any longer. */
export async function finishOnce(database: Database, caller: OnceCaller, key: string, value: string): Promise<boolean> {
  const rows = await database.write(
    `with run as materialized (
       select id from engine.runs
       where workspace_id = $1 and id = $3 and epoch = $4 and worker_id is not null for key share)
     update engine.once_keys o set done_at = now(), value = $9
     from run
     where o.workspace_id = $1 and o.flow_id = $2 and o.key = $5 and o.done_at is null
       and o.run_id = run.id and o.path = $6 and o.attempt = $7 and o.call = $8
     returning 1`,
    [...placeOf(caller, key), value],
  )
  return rows.length === 1
}

/** Takes a claim of the caller's back. */
export async function releaseOnce(database: Database, caller: OnceCaller, key: string): Promise<void> {
  await database.write(
    `with run as materialized (
       select id from engine.runs
       where workspace_id = $1 and id = $3 and epoch = $4 and worker_id is not null for key share)
     delete from engine.once_keys o using run
     where o.workspace_id = $1 and o.flow_id = $2 and o.key = $5 and o.done_at is null
       and o.run_id = run.id and o.path = $6 and o.attempt = $7 and o.call = $8`,
    placeOf(caller, key),
  )
}

function placeOf(caller: OnceCaller, key: string): unknown[] {
  return [caller.workspaceId, caller.flowId, caller.runId, caller.epoch, key, caller.path, caller.attempt, caller.call]
}
