import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pool } from 'pg'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { withTransaction } from '#engine/index.ts'
import { createLog } from '../log.ts'
import { waitFor } from '#engine/testing/wait-for.ts'
import { connectDatabase } from './database.ts'

let database: TestDatabase
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase()
  pool = await connectDatabase(database.url, createLog('fatal'))
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test('a connection that breaks in the middle of a transaction fails the transaction and not the server', async () => {
  const cut = withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await waitFor('the backend to be gone', async () => {
      const { rowCount } = await database.pool.query('select from pg_stat_activity where pid = $1', [rows[0]?.pid])
      return rowCount === 0
    })
    // The break is noticed while nothing is asked.
    await new Promise((resolve) => setImmediate(resolve))
    await client.query('select 1')
  })
  await expect(cut).rejects.toThrow()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})
