import type { Queryable } from './queryable.ts'

/** The same key, wrapped by another master key. */
export async function updateDataKey(db: Queryable, key: { id: string; wrapped: Buffer; wrappedBy: string }): Promise<void> {
  await db.query('update app.data_keys set wrapped = $2, wrapped_by = $3 where id = $1', [key.id, key.wrapped, key.wrappedBy])
}
