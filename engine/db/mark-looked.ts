import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

/** Every wait that these events could end was told of them. */
export async function markEventsLooked(database: Database, workspaceId: string, ids: readonly string[]): Promise<void> {
  await database.write('update engine.published set looked = true where workspace_id = $1 and id = any($2::text[])', [
    workspaceId,
    textArray(ids),
  ])
}

/** A wait's run was told of every event that came before. */
export async function markWaitLooked(database: Database, workspaceId: string, runId: string, path: string): Promise<void> {
  await database.write('update engine.waits set looked = true where workspace_id = $1 and run_id = $2 and path = $3', [
    workspaceId,
    runId,
    path,
  ])
}
