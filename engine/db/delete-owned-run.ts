import type { Database } from './database.ts'

/** Removes a run that this worker owns and that stands in the history already. */
export async function deleteOwnedRun(database: Database, workerId: string, workspaceId: string, runId: string): Promise<void> {
  await database.write('delete from engine.runs where workspace_id = $1 and id = $2 and worker_id = $3', [
    workspaceId,
    runId,
    workerId,
  ])
}
