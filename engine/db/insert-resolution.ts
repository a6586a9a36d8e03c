import type { Database } from './database.ts'

/**
 * Keeps how a person settles a step's attempt, for the run's owner to take in, and makes the run ready if nobody
 * holds it. The first one counts. Undefined when the run is over.
 */
export async function insertResolution(
  database: Pick<Database, 'write'>,
  resolution: { workspaceId: string; runId: string; path: string; attempt: number; body: string; atMs: number },
): Promise<{ workerId: string | null; isFirst: boolean } | undefined> {
  const [row] = await database.write<{ workerId: string | null; isFirst: boolean }>(
    `with run as (
       update engine.runs set arrived = arrived + 1, ready = ready or (worker_id is null and status = 'waiting')
       where workspace_id = $1 and id = $2 returning workspace_id, id, arrived, worker_id),
     kept as (
       insert into engine.arrivals (workspace_id, run_id, path, key, number, kind, body, arrived_at)
       select workspace_id, id, $3, 'resolve:' || $4::int, arrived, 'resolve', $5, to_timestamp($6::float8 / 1000) from run
       on conflict do nothing returning 1)
     select worker_id as "workerId", exists (select from kept) as "isFirst" from run`,
    [resolution.workspaceId, resolution.runId, resolution.path, resolution.attempt, resolution.body, resolution.atMs],
  )
  return row
}
