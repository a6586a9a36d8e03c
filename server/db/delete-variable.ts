import type { Queryable } from './queryable.ts'

export async function deleteVariable(db: Queryable, workspaceId: string, name: string): Promise<void> {
  await db.query('delete from app.variables where workspace_id = $1 and name = $2', [workspaceId, name])
}
