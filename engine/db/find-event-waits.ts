import type { Database } from './database.ts'

/** The fields by which waits for events of this name tell them apart. */
export async function listMatchPaths(database: Database, workspaceId: string, name: string): Promise<string[]> {
  // From one path to the next, so that it costs as many steps as there are paths and not as many as there are waits.
  const rows = await database.read<{ path: string }>(
    `with recursive paths as (
       (select match_path as path from engine.waits
        where workspace_id = $1 and event_name = $2 and match_path is not null order by match_path limit 1)
       union all
       select (select w.match_path from engine.waits w
               where w.workspace_id = $1 and w.event_name = $2 and w.match_path > p.path order by w.match_path limit 1)
       from paths p where p.path is not null)
     select path from paths where path is not null`,
    [workspaceId, name],
  )
  return rows.map(({ path }) => path)
}

export interface EventWait {
  runId: string
  path: string
  /** Can be judged by the event alone; null: only the run can tell, or there is nothing to tell. */
  match: string | null
}

/** A page of the waits that an event of this name may end: those about this value of it, or about none. */
export function findEventWaits(
  database: Database,
  event: { workspaceId: string; name: string; at: number },
  key: { path: string; value: string } | undefined,
  after: { runId: string; path: string },
  limit: number,
): Promise<EventWait[]> {
  return database.read<EventWait>(
    `select run_id as "runId", path, match from engine.waits
     where workspace_id = $1 and event_name = $2 and since <= to_timestamp($3::float8 / 1000)
       and ${key ? 'match_path = $4 and match_value = $5' : 'match_path is null and $4::text is null and $5::text is null'}
       and (run_id, path) > ($6, $7)
     order by run_id, path limit $8`,
    [event.workspaceId, event.name, event.at, key?.path ?? null, key?.value ?? null, after.runId, after.path, limit],
  )
}
