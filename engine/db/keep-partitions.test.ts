import { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idFrom } from '#shared/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestEngine, quietLog } from '../testing/test-engine.ts'
import { createDatabase } from './database.ts'
import { keepPartitions } from './keep-partitions.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function placeOf(table: string, condition: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select tableoid::regclass::text as name from engine.${table} where ${condition} limit 1`,
  )
  return rows[0]?.name
}

test('several processes make the partitions of the coming days once', async () => {
  const pools = Array.from({ length: 5 }, () => new Pool({ connectionString: database.url, max: 1 }))
  await Promise.all(pools.map((pool) => keepPartitions(createDatabase(pool, quietLog), Date.UTC(2031, 4, 30, 12))))
  await Promise.all(pools.map((pool) => pool.end()))
  const { rows } = await database.pool.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'engine.history'::regclass order by 1",
  )
  const made = rows.map((row) => row.name).filter((name) => name.includes('2031'))
  expect(made).toEqual(['engine.history_2031_05_30', 'engine.history_2031_05_31', 'engine.history_2031_06_01'])
})

test('the database reads the time in an id as the engine writes it', async () => {
  for (const at of [0, 1_790_000_000_123, Date.UTC(2031, 4, 30)]) {
    const { rows } = await database.pool.query<{ first: string }>(
      `select engine.first_id('run', to_timestamp($1::float8 / 1000)) as first`,
      [at],
    )
    expect(idFrom('run', at, new Uint8Array(10)).startsWith(rows[0]?.first ?? '')).toBe(true)
  }
})

const suffixOf = (at: string) => at.slice(0, 10).replaceAll('-', '_')
/** When the run was made that lies in the rest. */
let later: string

test('a run lies in the partitions of its days, and days without one in the rest', async () => {
  const it = createTestEngine(database)
  await it.engine.start()
  const flow = flowOf({ done: { type: 'set', after: ['trigger'] } })
  await keepPartitions(createDatabase(database.pool, quietLog), Date.now())
  const today = await it.start(flow)
  await today.reply
  it.clock.advance(30 * 86_400_000)
  const rest = await it.start(flow)
  await rest.reply
  // Of the run itself, for one that is made at midnight.
  const day = suffixOf((await it.ended(today.runId)).createdAt)
  expect(await placeOf('history', `id = '${today.runId}'`)).toBe(`engine.history_${day}`)
  expect(await placeOf('events', `run_id = '${today.runId}'`)).toBe(`engine.events_${day}`)
  expect(await placeOf('history', `id = '${rest.runId}'`)).toBe('engine.history_rest')
  const run = await it.ended(rest.runId)
  expect(run).toMatchObject({ status: 'succeeded' })
  later = run.createdAt
  await it.engine.stop(1000)
})

test('a day whose runs lie in the rest already stays there, and the others are made', async () => {
  const now = Date.parse(later)
  await keepPartitions(createDatabase(database.pool, quietLog), now)
  const day = suffixOf(later)
  const next = suffixOf(new Date(now + 86_400_000).toISOString())
  const { rows } = await database.pool.query('select to_regclass($1) as today, to_regclass($2)::text as next', [
    `engine.history_${day}`,
    `engine.history_${next}`,
  ])
  expect(rows).toEqual([{ today: null, next: `engine.history_${next}` }])
})
