import { changesChannel } from './listen-changes.ts'
import type { Queryable } from './queryable.ts'

/** Tells every process to forget what it remembers of where paths lead and of shared values; heard when the transaction commits. */
export async function notifyChange(db: Queryable): Promise<void> {
  await db.query(`select pg_notify('${changesChannel}', '')`)
}
