import type { PoolClient } from 'pg'

/** Tells every process, once the transaction is committed, to look when the next time comes. */
export async function tellOfSchedules(client: PoolClient, channel: string): Promise<void> {
  await client.query(`select pg_notify($1, '{"kind":"schedules"}')`, [channel])
}
