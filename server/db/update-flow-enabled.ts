import type { Queryable } from './queryable.ts'

/** Turns a flow on or off; false when the workspace has none by that id. */
export async function updateFlowEnabled(db: Queryable, workspaceId: string, id: string, enabled: boolean): Promise<boolean> {
  const { rowCount } = await db.query(
    'update app.flows set enabled = $3, updated_at = now() where workspace_id = $1 and id = $2',
    [workspaceId, id, enabled],
  )
  return rowCount === 1
}
