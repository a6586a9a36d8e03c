import type { Queryable } from './queryable.ts'

/** Deletes a flow with its versions, paths and samples; false when the workspace has none by that id. Its runs stay. */
export async function deleteFlow(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from app.flows where workspace_id = $1 and id = $2', [workspaceId, id])
  return rowCount === 1
}
