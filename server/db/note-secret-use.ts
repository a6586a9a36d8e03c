import type { Queryable } from './queryable.ts'

export async function noteSecretUse(db: Queryable, workspaceId: string, name: string): Promise<void> {
  await db.query('update app.secrets set last_used_at = now() where workspace_id = $1 and name = $2', [workspaceId, name])
}
