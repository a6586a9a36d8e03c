import { plainArray, textArray } from './array-literal.ts'
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

/** A page of the waits for events of this name that are about no value in particular. */
export function findOpenWaits(
  database: Database,
  event: { workspaceId: string; name: string },
  after: { runId: string; path: string },
  limit: number,
): Promise<(EventWait & { since: number })[]> {
  return database.read<EventWait & { since: number }>(
    `select run_id as "runId", path, match, (extract(epoch from since) * 1000)::float8 as since from engine.waits
     where workspace_id = $1 and event_name = $2 and match_path is null and (run_id, path) > ($3, $4)
     order by run_id, path limit $5`,
    [event.workspaceId, event.name, after.runId, after.path, limit],
  )
}

/** A page of the waits that one of several events may end by its value at one place, by event and run; `index` is the event's. */
export function findKeyedWaits(
  database: Database,
  event: { workspaceId: string; name: string },
  key: { path: string; sought: readonly { index: number; value: string; at: number }[] },
  after: { index: number; runId: string; path: string },
  limit: number,
): Promise<(EventWait & { index: number })[]> {
  return database.read<EventWait & { index: number }>(
    `select s.index, w.run_id as "runId", w.path, w.match
     from unnest($4::int[], $5::text[], $6::float8[]) as s(index, value, at)
     join engine.waits w on w.workspace_id = $1 and w.event_name = $2 and w.match_path = $3 and w.match_value = s.value
       and w.since <= to_timestamp(s.at / 1000)
     where (s.index, w.run_id, w.path) > ($7, $8, $9)
     order by s.index, w.run_id, w.path limit $10`,
    [
      event.workspaceId,
      event.name,
      key.path,
      plainArray(key.sought.map(({ index }) => index)),
      textArray(key.sought.map(({ value }) => value)),
      plainArray(key.sought.map(({ at }) => at)),
      after.index,
      after.runId,
      after.path,
      limit,
    ],
  )
}
