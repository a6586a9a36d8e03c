import type { Queryable } from './queryable.ts'

/** Lets one transaction at a time change what the instance has once, such as its owner. */
export async function lockInstance(db: Queryable): Promise<void> {
  await db.query('select from app.instance for update')
}
