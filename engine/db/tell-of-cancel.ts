import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'

/** Asks whoever has these runs, or takes them next, to cancel them. Gives who has them now. */
export async function tellOfCancel(
  client: PoolClient,
  runIds: readonly string[],
  by: string,
  atMs: number,
): Promise<{ runId: string; workerId: string | null }[]> {
  const { rows } = await client.query<{ runId: string; workerId: string | null }>(
    `with chosen as materialized (
       select workspace_id, id from engine.runs where id = any($1::text[]) order by id for no key update),
     told as (
       update engine.runs r set arrived = r.arrived + 1, ready = r.ready or r.worker_id is null
       from chosen c where r.workspace_id = c.workspace_id and r.id = c.id
       returning r.workspace_id, r.id, r.arrived, r.worker_id),
     kept as (
       insert into engine.arrivals (workspace_id, run_id, path, number, kind, body, arrived_at)
       select workspace_id, id, '', arrived, 'cancel', $2, to_timestamp($3::float8 / 1000) from told
       on conflict do nothing)
     select id as "runId", worker_id as "workerId" from told`,
    [textArray(runIds), JSON.stringify({ by, when: 'now' }), atMs],
  )
  return rows
}
