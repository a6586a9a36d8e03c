import type { Database } from './database.ts'

/**
 * Puts a run that nobody holds on another version, and notes so as the next event of its journal. Gives false when
 * somebody holds it, or it is over. Fails on the event's key when the journal has grown in the meantime.
 */
export async function moveWaitingRun(
  database: Pick<Database, 'write'>,
  move: { workspaceId: string; runId: string; version: number; planHash: string; lastSeq: number; data: string; atMs: number },
): Promise<boolean> {
  const rows = await database.write<{ id: string }>(
    `with moved as (
       update engine.runs set version = $3, plan_hash = $4, epoch = epoch + 1
       where workspace_id = $1 and id = $2 and worker_id is null returning id),
     noted as (
       insert into engine.events (workspace_id, run_id, seq, kind, at, data)
       select $1, id, $5, 'run.moved', to_timestamp($6::float8 / 1000), $7 from moved)
     select id from moved`,
    [move.workspaceId, move.runId, move.version, move.planHash, move.lastSeq + 1, move.atMs, move.data],
  )
  return rows.length === 1
}
