import { endpointsChannel } from './listen-endpoints.ts'
import type { Queryable } from './queryable.ts'

/** Tells every process that paths lead elsewhere now; heard when the transaction commits. */
export async function notifyEndpoints(db: Queryable): Promise<void> {
  await db.query(`select pg_notify('${endpointsChannel}', '')`)
}
