import type { Database } from './database.ts'

export interface ArrivalOutcome {
  /** The worker that holds the run and must hear of it; null when it was made ready for anybody. */
  workerId: string | null
  /** False when something else had that place already. */
  isFirst: boolean
  /** Whether the run waits for it yet. */
  isAwaited: boolean
  workspaceId: string
}

/**
 * Keeps something that came from outside for an unfinished run, and makes the run ready if nobody holds it.
 * Undefined when no such run is unfinished. One arrival a path: the second one is told so.
 */
export async function insertArrival(
  database: Pick<Database, 'write'>,
  arrival: { runId: string; path: string; kind: 'call' | 'cancel'; body: string; atMs: number },
): Promise<ArrivalOutcome | undefined> {
  const [row] = await database.write<ArrivalOutcome>(
    `with run as (
       update engine.runs set arrived = arrived + 1,
         ready = ready or (worker_id is null and not held and (status = 'waiting' or $3 = 'cancel'))
       where id = $1 returning workspace_id, id, arrived, worker_id),
     kept as (
       insert into engine.arrivals (workspace_id, run_id, path, number, kind, body, arrived_at)
       select workspace_id, id, $2, arrived, $3, $4, to_timestamp($5::float8 / 1000) from run
       on conflict do nothing returning 1)
     select worker_id as "workerId", workspace_id as "workspaceId", exists (select from kept) as "isFirst",
       exists (select from engine.waits w where w.workspace_id = run.workspace_id and w.run_id = run.id and w.path = $2
         and w.kind = 'call') as "isAwaited"
     from run`,
    [arrival.runId, arrival.path, arrival.kind, arrival.body, arrival.atMs],
  )
  return row
}

/** What has taken the place of a wait, if anything has. */
export async function findArrivalKind(
  database: Database,
  workspaceId: string,
  runId: string,
  path: string,
): Promise<string | undefined> {
  const [row] = await database.read<{ kind: string }>(
    `select kind from engine.arrivals where workspace_id = $1 and run_id = $2 and path = $3 and key = ''`,
    [workspaceId, runId, path],
  )
  return row?.kind
}
