import type { Database } from './database.ts'

const atOnce = 5000

/**
 * Forgets events after seven days, unless an unfinished run that was there before them may still come to a wait that
 * sees them: one whose plan waits for events of that name, or of names that are only known when it gets there. Gives
 * whether there may be more to forget.
 */
export async function forgetPublished(database: Database, nowMs: number): Promise<boolean> {
  const rows = await database.write<{ id: string }>(
    `with sleepers as materialized (
       select workspace_id, plan_hash, min(created_at) as since from engine.runs group by workspace_id, plan_hash),
     listening as materialized (
       select s.workspace_id, s.since, p.plan, p.plan ~ 'waitForEvent *\\(|"name":"[^"]*[{]{2}' as to_any
       from sleepers s join engine.plans p on p.hash = s.plan_hash where p.plan like '%waitForEvent%'),
     names as materialized (
       select distinct workspace_id, name from engine.published
       where looked and at < to_timestamp($1::float8 / 1000) - interval '7 days'),
     wanted as materialized (
       select n.workspace_id, n.name, min(l.since) as since
       from names n join listening l on l.workspace_id = n.workspace_id
         and (l.to_any or strpos(l.plan, to_json(n.name)::text) > 0)
       group by n.workspace_id, n.name),
     old as materialized (
       select p.workspace_id, p.id from engine.published p left join wanted w on w.workspace_id = p.workspace_id and w.name = p.name
       where p.looked and p.at < to_timestamp($1::float8 / 1000) - interval '7 days' and (w.since is null or p.at < w.since)
       order by p.at limit $2 for update of p skip locked)
     delete from engine.published p using old where p.workspace_id = old.workspace_id and p.id = old.id
     returning p.id`,
    [nowMs, atOnce],
  )
  return rows.length === atOnce
}
