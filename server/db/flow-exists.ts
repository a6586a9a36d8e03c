import type { Queryable } from './queryable.ts'

export async function flowExists(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query('select from app.flows where workspace_id = $1 and id = $2', [workspaceId, id])
  return rowCount === 1
}
