import type { Database } from './database.ts'

/**
 * Lets the deadline of a wait settle it, unless a call already has. Gives how many arrivals the run has had by now;
 * which of the two it was is read from them.
 */
export async function insertDeadline(
  database: Database,
  workspaceId: string,
  runId: string,
  path: string,
  atMs: number,
): Promise<number> {
  const [row] = await database.write<{ arrived: number }>(
    `with run as (
       update engine.runs set arrived = arrived + 1 where workspace_id = $1 and id = $2 returning arrived),
     deadline as (
       insert into engine.arrivals (workspace_id, run_id, path, number, kind, arrived_at)
       select $1, $2, $3, arrived, 'deadline', to_timestamp($4::float8 / 1000) from run
       on conflict do nothing)
     select arrived from run`,
    [workspaceId, runId, path, atMs],
  )
  return row?.arrived ?? 0
}
