import type { PoolClient } from 'pg'

/** Tells every process, once the transaction is committed, that triggers look at other times or for other things. */
export async function tellOfPolls(client: PoolClient, channel: string): Promise<void> {
  await client.query(`select pg_notify($1, '{"kind":"polls"}')`, [channel])
}
