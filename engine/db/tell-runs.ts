import { plainArray, textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import type { StoredOutboxRow } from './outbox-row.ts'

/** A run that was told something, and the worker that holds it; null when it was made ready for anybody. */
export interface ToldRun {
  runId: string
  workerId: string | null
}

/**
 * Delivers what runs have to say to other runs: each row's arrival comes into being in the statement that takes the row
 * away, so it is delivered once, whoever does it. Rows in somebody else's hands are left to them. What is for a run that
 * has ended goes away; an order to cancel a run that does not exist yet is kept for a minute. Gives how many rows are
 * left of these.
 *
 * Runs are locked in id order, as by every other writer of them.
 */
export async function tellRuns(
  database: Pick<Database, 'write'>,
  rows: readonly StoredOutboxRow[],
  atMs: number,
): Promise<{ told: ToldRun[]; left: number }> {
  const found = await database.write<{ runId: string | null; workerId: string | null; left: number }>(
    `with taken as materialized (
       select o.* from engine.outbox o
       where (o.workspace_id, o.run_id, o.seq, o.kind, o.target) in (
           select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[]))
         and (o.kind <> 'cancel' or o.written_at < now() - interval '1 minute'
           or exists (select from engine.runs r where r.workspace_id = o.workspace_id and r.id = o.target)
           or exists (select from engine.history h where h.workspace_id = o.workspace_id and h.id = o.target))
       order by o.workspace_id, o.run_id, o.seq, o.kind, o.target for update of o skip locked),
     held as materialized (
       select r.workspace_id, r.id, r.arrived, r.worker_id from engine.runs r
       where (r.workspace_id, r.id) in (select workspace_id, target from taken)
       order by r.id for no key update of r),
     news as materialized (
       select distinct on (t.workspace_id, t.target, t.path, key) t.workspace_id, t.target, t.path, key, t.kind, t.body
       from taken t, lateral (select case t.kind when 'child' then t.run_id else '' end as key) k
       order by t.workspace_id, t.target, t.path, key, t.seq desc),
     numbered as materialized (
       select n.*, h.arrived + row_number() over (partition by n.workspace_id, n.target order by n.key, n.path) as number
       from news n join held h on h.workspace_id = n.workspace_id and h.id = n.target),
     arrivals as (
       insert into engine.arrivals as a (workspace_id, run_id, path, key, number, kind, body, arrived_at)
       select workspace_id, target, path, key, number, kind, body, to_timestamp($6::float8 / 1000) from numbered
       -- A run that was retried and has ended once more says so again.
       on conflict (workspace_id, run_id, path, key) do update
         set number = excluded.number, arrived_at = excluded.arrived_at where a.kind = 'child'),
     told as (
       update engine.runs r set arrived = r.arrived + n.count,
         ready = r.ready or (r.worker_id is null and not r.held and (r.status = 'waiting' or n.is_cancel))
       from (select workspace_id, target, count(*)::int as count, bool_or(kind = 'cancel') as is_cancel
         from numbered group by workspace_id, target) n
       where r.workspace_id = n.workspace_id and r.id = n.target),
     done as (
       delete from engine.outbox o using taken t
       where o.workspace_id = t.workspace_id and o.run_id = t.run_id and o.seq = t.seq and o.kind = t.kind
         and o.target = t.target)
     select h.id as "runId", h.worker_id as "workerId", $7::int - (select count(*)::int from taken) as left
     from (select 1) as one left join held h on true`,
    [
      textArray(rows.map((row) => row.workspaceId)),
      textArray(rows.map((row) => row.runId)),
      plainArray(rows.map((row) => row.seq)),
      textArray(rows.map((row) => row.kind)),
      textArray(rows.map((row) => row.target)),
      atMs,
      rows.length,
    ],
  )
  return {
    told: found.flatMap(({ runId, workerId }) => (runId === null ? [] : [{ runId, workerId }])),
    left: found[0]?.left ?? 0,
  }
}
