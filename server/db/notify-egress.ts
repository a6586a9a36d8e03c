import { changesChannel } from './listen-changes.ts'
import type { Queryable } from './queryable.ts'

/** Tells every process that some workspace's flows may call elsewhere now; heard when the transaction commits. */
export async function notifyEgress(db: Queryable): Promise<void> {
  await db.query(`select pg_notify('${changesChannel}', 'egress')`)
}
