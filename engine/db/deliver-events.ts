import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

export interface Delivery {
  workspaceId: string
  runId: string
  eventId: string
}

/**
 * Tells unfinished runs of events, each of each one once, and makes those that wait ready. Gives the runs that were
 * told and who holds them. A run that an event has started is not told of it.
 */
export function deliverEvents(
  database: Database,
  deliveries: readonly Delivery[],
  atMs: number,
): Promise<{ runId: string; workerId: string | null }[]> {
  return database.write<{ runId: string; workerId: string | null }>(
    `with wanted as materialized (
       select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as w(workspace_id, run_id, event_id, n)),
     held as materialized (
       select r.workspace_id, r.id, r.arrived, r.started_by from engine.runs r
       where (r.workspace_id, r.id) in (select workspace_id, run_id from wanted)
       order by r.id for no key update),
     fresh as materialized (
       select h.workspace_id, h.id, w.event_id, h.arrived + row_number() over (partition by h.id order by w.n) as number
       from held h join wanted w on w.workspace_id = h.workspace_id and w.run_id = h.id
       where h.started_by is distinct from 'event:' || w.event_id and not exists (
         select from engine.arrivals a where a.workspace_id = h.workspace_id and a.run_id = h.id and a.path = ''
           and a.key = 'event:' || w.event_id)),
     kept as (
       insert into engine.arrivals (workspace_id, run_id, path, key, number, kind, arrived_at)
       select workspace_id, id, '', 'event:' || event_id, number, 'event', to_timestamp($4::float8 / 1000) from fresh
       on conflict do nothing)
     update engine.runs r set arrived = f.number, ready = r.ready or (r.worker_id is null and not r.held and r.status = 'waiting')
     from (select workspace_id, id, max(number)::int as number from fresh group by workspace_id, id) f
     where r.workspace_id = f.workspace_id and r.id = f.id
     returning r.id as "runId", r.worker_id as "workerId"`,
    [
      textArray(deliveries.map((one) => one.workspaceId)),
      textArray(deliveries.map((one) => one.runId)),
      textArray(deliveries.map((one) => one.eventId)),
      atMs,
    ],
  )
}
