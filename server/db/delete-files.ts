import type { Queryable } from './queryable.ts'

export async function deleteFiles(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query('delete from app.files where id = any($1::text[])', [ids])
}
