import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { dumpSchema } from './dump-schema.ts'
import { migrate } from './migrate.ts'

let database: TestDatabase
let folder: string
const directory = () => pathToFileURL(`${folder}/`)

beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

test('twenty processes at once apply each file once', async () => {
  await writeFile(join(folder, '0001_a.sql'), 'create table twenty.a (n int); insert into twenty.a values (1)')
  await writeFile(join(folder, '0002_b.sql'), 'insert into twenty.a values (2)')
  await writeFile(join(folder, '0003_c.sql'), '-- no transaction\ncreate index concurrently if not exists a_n on twenty.a (n)')
  const pools = Array.from({ length: 20 }, () => new Pool({ connectionString: database.url, max: 1 }))
  await Promise.all(pools.map((pool) => migrate(pool, { schema: 'twenty', directory: directory() })))
  await Promise.all(pools.map((pool) => pool.end()))
  const { rows } = await database.pool.query('select n from twenty.a order by n')
  expect(rows).toEqual([{ n: 1 }, { n: 2 }])
})

test('a file that was edited after it was applied is refused', async () => {
  await writeFile(join(folder, '0002_b.sql'), 'insert into twenty.a values (3)')
  await expect(migrate(database.pool, { schema: 'twenty', directory: directory() })).rejects.toThrow('0002_b.sql was edited')
})

test('a file that fails leaves nothing behind', async () => {
  await writeFile(join(folder, '0001_a.sql'), 'create table broken.a (n int); select 1 / 0')
  await expect(migrate(database.pool, { schema: 'broken', directory: directory() })).rejects.toThrow('division by zero')
  const { rows } = await database.pool.query(
    "select to_regclass('broken.a') as a, (select count(*)::int from broken.migrations) as applied",
  )
  expect(rows).toEqual([{ a: null, applied: 0 }])
})

// `vitest run -u` on this file writes it anew.
test('schema.sql is what the migrations make', async () => {
  await expect(await dumpSchema(database.pool, 'engine')).toMatchFileSnapshot('schema.sql')
})
