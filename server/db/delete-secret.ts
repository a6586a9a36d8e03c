import type { Queryable } from './queryable.ts'

export async function deleteSecret(db: Queryable, workspaceId: string, name: string): Promise<void> {
  await db.query('delete from app.secrets where workspace_id = $1 and name = $2', [workspaceId, name])
}
