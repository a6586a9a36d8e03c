import type { Queryable } from './queryable.ts'

/** Keeps a workspace's first data key; one that is there already stays. */
export async function insertDataKey(
  db: Queryable,
  key: { id: string; workspaceId: string; wrapped: Buffer; wrappedBy: string },
): Promise<void> {
  await db.query(
    'insert into app.data_keys (id, workspace_id, wrapped, wrapped_by) values ($1, $2, $3, $4) on conflict (workspace_id) do nothing',
    [key.id, key.workspaceId, key.wrapped, key.wrappedBy],
  )
}
