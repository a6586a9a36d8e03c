import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` in one transaction; nothing of it stands when it throws. The timeouts keep a connection that was cut off
 * from holding its locks for hours.
 */
export async function withTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // One that breaks between two statements shows with the next; unheard, it would take the process with it.
  const shrug = () => undefined
  client.on('error', shrug)
  try {
    await client.query("begin; set local statement_timeout = '15s'; set local idle_in_transaction_session_timeout = '15s'")
    const result = await work(client)
    await client.query('commit')
    client.release()
    return result
  } catch (error) {
    // A connection that can't even roll back is not given to anybody else.
    await client.query('rollback').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    )
    throw error
  } finally {
    client.off('error', shrug)
  }
}
