import type { Queryable } from './queryable.ts'

/** Revokes a key; false when there is none by that id (or none of that person's). */
export async function deleteApiKey(
  db: Queryable,
  key: { workspaceId: string; userId: string | undefined; id: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'delete from app.api_keys where workspace_id = $1 and id = $2 and ($3::text is null or user_id = $3)',
    [key.workspaceId, key.id, key.userId ?? null],
  )
  return rowCount === 1
}
