import { expect, test } from 'vitest'
import { createTestDatabase } from './test-database.ts'

test('each test file gets a migrated, durable database of its own', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
  try {
    await one.pool.query('create table mine (n int)')
    const { rows } = await other.pool.query<{ mine: string | null; tables: number; fsync: string }>(
      `select to_regclass('mine')::text as mine, current_setting('fsync') as fsync,
              (select count(*)::int from pg_tables where schemaname = 'engine') as tables`,
    )
    expect(rows[0]).toMatchObject({ mine: null, fsync: 'on' })
    expect(rows[0]?.tables).toBeGreaterThan(0)
  } finally {
    await one.drop()
    await other.drop()
  }
})
