import type { PoolClient } from 'pg'

/** Whether this transaction alone sends a flow's kept requests through, until it ends. */
export async function tryLockKept(client: PoolClient, flowId: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 7393)) as locked',
    [flowId],
  )
  return rows[0]?.locked === true
}

/** Waits until nobody sends a flow's kept requests through, and keeps everybody from it until this transaction ends. */
export async function lockKept(client: PoolClient, flowId: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7393))', [flowId])
}
