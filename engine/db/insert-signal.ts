import type { Database } from './database.ts'

/**
 * Keeps an event that is for one unfinished run alone. Undefined when the workspace has no such run that is unfinished;
 * `isFirst` is false when one with the same key came before. When it came is the database's to say: processes' own
 * clocks lag behind it, each by a little, and what is sent later must not seem earlier, or earlier than its run.
 */
export async function insertSignal(
  database: Database,
  signal: { workspaceId: string; runId: string; key: string; body: string },
  offsetMs: number,
): Promise<{ workerId: string | null; isFirst: boolean } | undefined> {
  const [row] = await database.write<{ workerId: string | null; isFirst: boolean }>(
    `with run as (
       update engine.runs set arrived = arrived + 1, ready = ready or (worker_id is null and not held and status = 'waiting')
       where workspace_id = $1 and id = $2 returning workspace_id, id, arrived, worker_id),
     kept as (
       insert into engine.arrivals (workspace_id, run_id, path, key, number, kind, body, arrived_at)
       select workspace_id, id, '', $3, arrived, 'event', $4, now() + $5::float8 * interval '1 ms' from run
       on conflict do nothing returning 1)
     select worker_id as "workerId", exists (select from kept) as "isFirst" from run`,
    [signal.workspaceId, signal.runId, signal.key, signal.body, offsetMs],
  )
  return row
}
