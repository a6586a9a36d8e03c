import type { Queryable } from './queryable.ts'

/** Pauses a flow or lets it go on; false when the workspace has none by that id. */
export async function updateFlowPaused(db: Queryable, workspaceId: string, id: string, paused: boolean): Promise<boolean> {
  const { rowCount } = await db.query(
    'update app.flows set paused = $3, updated_at = now() where workspace_id = $1 and id = $2',
    [workspaceId, id, paused],
  )
  return rowCount === 1
}
