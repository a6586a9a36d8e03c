import type { Queryable } from './queryable.ts'

/** From now on the database belongs to this key; false when it did not belong to the one before. */
export async function updateKeyCheck(db: Queryable, check: { before: string; now: string }): Promise<boolean> {
  const { rowCount } = await db.query('update app.instance set key_check = $2 where key_check = $1', [check.before, check.now])
  return rowCount === 1
}
