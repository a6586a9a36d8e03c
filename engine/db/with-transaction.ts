import type { Pool, PoolClient } from 'pg'
import { hearCommit } from './unheard-commit.ts'

// A connection that was cut off in the middle must not hold its locks for hours.
const begin = "begin; set local statement_timeout = '15s'; set local idle_in_transaction_session_timeout = '15s'"

/** Runs `work` in one transaction; nothing of it stands when it throws. No statement may take longer than 15 seconds. */
export async function withTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // One that breaks between two statements shows with the next; unheard, it would take the process with it.
  const shrug = () => undefined
  client.on('error', shrug)
  try {
    await client.query(begin)
    const result = await work(client)
    await hearCommit(client.query('commit'))
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
