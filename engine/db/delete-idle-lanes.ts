import type { Database } from './database.ts'

const atOnce = 5000

/**
 * Forgets lanes that say nothing any more, some at once. An only run is remembered for as long as it is unfinished.
 * Gives whether there may be more.
 */
export async function deleteIdleLanes(database: Database, offsetMs: number): Promise<boolean> {
  const rows = await database.write(
    `with old as materialized (
       select l.*, exists (select from engine.runs r where r.workspace_id = l.workspace_id and r.id = l.run_id) as is_used
       from engine.lanes l where expires_at < now() + $1::float8 * interval '1 ms'
       order by expires_at limit ${atOnce} for update of l skip locked),
     kept as (
       update engine.lanes l set expires_at = now() + $1::float8 * interval '1 ms' + interval '1 hour'
       from old o where o.is_used
         and l.workspace_id = o.workspace_id and l.flow_id = o.flow_id and l.kind = o.kind and l.key = o.key)
     delete from engine.lanes l using old o
     where not o.is_used and l.workspace_id = o.workspace_id and l.flow_id = o.flow_id and l.kind = o.kind and l.key = o.key
     returning l.key`,
    [offsetMs],
  )
  return rows.length === atOnce
}
