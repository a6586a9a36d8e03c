import type { Queryable } from './queryable.ts'

/** Takes a package out of the list; false when it isn't in it. */
export async function deletePackage(db: Queryable, workspaceId: string, name: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from app.packages where workspace_id = $1 and name = $2', [workspaceId, name])
  return rowCount === 1
}
