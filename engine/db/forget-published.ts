import type { Database } from './database.ts'

/**
 * Forgets events after seven days, unless an unfinished run that waits for events was there before them: it may still
 * come to a wait that sees them.
 */
export async function forgetPublished(database: Database, nowMs: number): Promise<void> {
  await database.write(
    `with oldest as materialized (
       select min(r.created_at) as at from engine.runs r join engine.plans p on p.hash = r.plan_hash
       where p.plan like '%waitForEvent%'),
     old as materialized (
       select workspace_id, id from engine.published, oldest
       where published.looked and published.at < least(oldest.at, to_timestamp($1::float8 / 1000) - interval '7 days')
       order by published.at limit 5000 for update of published skip locked)
     delete from engine.published p using old where p.workspace_id = old.workspace_id and p.id = old.id`,
    [nowMs],
  )
}
