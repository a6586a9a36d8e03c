import type { Database } from './database.ts'

/** Every wait that an event could end was told of it. */
export async function markEventLooked(database: Database, workspaceId: string, id: string): Promise<void> {
  await database.write('update engine.published set looked = true where workspace_id = $1 and id = $2', [workspaceId, id])
}

/** A wait's run was told of every event that came before. */
export async function markWaitLooked(database: Database, workspaceId: string, runId: string, path: string): Promise<void> {
  await database.write('update engine.waits set looked = true where workspace_id = $1 and run_id = $2 and path = $3', [
    workspaceId,
    runId,
    path,
  ])
}
