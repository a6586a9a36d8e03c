import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

const aboutIt = `p.workspace_id = w.workspace_id and p.name = w.event_name and p.at >= w.since`

/** Waits for events of these runs that nothing came for yet: noting that they were looked after is all there is to do. */
export async function passWaitsWithoutEvents(database: Database, runs: readonly RunName[]): Promise<void> {
  await database.write(
    `with calm as materialized (
       select w.workspace_id, w.run_id, w.path
       from unnest($1::text[], $2::text[]) as r(workspace_id, run_id)
       join engine.waits w on w.workspace_id = r.workspace_id and w.run_id = r.run_id and not w.looked
       where not case when w.match_path is null
         then exists (select from engine.published p where ${aboutIt})
         else exists (select from engine.published p where ${aboutIt} and p.values_at && array[w.match_path || w.match_value, '*'])
       end
       -- One that is being closed or opened anew needs no looking after by us, and must not hold us up.
       for no key update of w skip locked)
     update engine.waits w set looked = true from calm c
     where w.workspace_id = c.workspace_id and w.run_id = c.run_id and w.path = c.path`,
    namesOf(runs),
  )
}

interface RunName {
  workspaceId: string
  runId: string
}

export interface UnlookedWait extends RunName {
  path: string
  match: string | null
  /** Nothing but the event decides: one that fits is the one. */
  isClosed: boolean
}

export function listUnlookedWaits(database: Database, runs: readonly RunName[]): Promise<UnlookedWait[]> {
  return database.read<UnlookedWait>(
    `select w.workspace_id as "workspaceId", w.run_id as "runId", w.path, w.match, w.is_closed as "isClosed"
     from unnest($1::text[], $2::text[]) as r(workspace_id, run_id)
     join engine.waits w on w.workspace_id = r.workspace_id and w.run_id = r.run_id
     where not w.looked order by w.run_id, w.opened_at, w.path`,
    namesOf(runs),
  )
}

function namesOf(runs: readonly RunName[]): string[] {
  return [textArray(runs.map((run) => run.workspaceId)), textArray(runs.map((run) => run.runId))]
}

export interface PublishedBefore {
  id: string
  at: string
  /** Only if the wait asks for it. */
  data: string | null
}

/** A page of what was published before a wait looked, and its run was not told of; in order. */
export function findPublished(
  database: Database,
  wait: UnlookedWait,
  after: { id: string; at: string },
  limit: number,
): Promise<PublishedBefore[]> {
  return database.read<PublishedBefore>(
    `select p.id, p.at::text, case when w.match is not null then p.data end as data
     from engine.waits w
     join engine.published p on ${aboutIt}
       and (w.match_path is null or p.values_at && array[w.match_path || w.match_value, '*'])
     where w.workspace_id = $1 and w.run_id = $2 and w.path = $3 and (p.at, p.id) > ($4::timestamptz, $5)
       and not exists (select from engine.arrivals a
         where a.workspace_id = $1 and a.run_id = $2 and a.path = '' and a.key = 'event:' || p.id)
     order by p.at, p.id limit $6`,
    [wait.workspaceId, wait.runId, wait.path, after.at, after.id, limit],
  )
}
