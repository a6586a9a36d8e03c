import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let isOpen = false
const waiting: (() => void)[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    async runAction() {
      if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve))
      return 'null'
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const count = async (table: string) =>
  (
    await database.pool.query<{ n: number }>(`select count(*)::int as n from engine.${table} where workspace_id = $1`, [
      testWorkspace,
    ])
  ).rows[0]?.n

test('more sleepers than a worker holds at a time are woken together, and those it has no room for follow as others end', async () => {
  const sleepers = 3000
  const { runId } = await it.start(
    flowOf({ nap: { type: 'delay', params: { for: '1h' }, after: ['trigger'] }, act: { type: 'test.act', after: ['nap'] } }),
  )
  await it.until(runId, (run) => run.status === 'waiting')
  // Beside it the same run many times.
  const id = "'run_' || substr($1, 5, 10) || lpad(n::text, 16, '0')"
  const others = `generate_series(1, ${sleepers - 1}) as n`
  for (const table of ['events', 'waits'])
    await database.pool.query(
      `insert into engine.${table} select (jsonb_populate_record(t, jsonb_build_object('run_id', ${id}))).*
       from engine.${table} t, ${others} where t.run_id = $1`,
      [runId],
    )
  await database.pool.query(
    `insert into engine.runs select (jsonb_populate_record(r, jsonb_build_object('id', ${id}))).* from engine.runs r, ${others}
     where r.id = $1`,
    [runId],
  )
  it.clock.advance(3_600_000)
  await waitFor('as many to be awake as a worker holds', () => (waiting.length === 2000 ? true : undefined))
  expect(await count('runs')).toBe(sleepers)
  isOpen = true
  for (const resolve of waiting.splice(0)) resolve()
  await waitFor('all to have ended', async () => ((await count('history')) === sleepers ? true : undefined))
  expect(await count('runs')).toBe(0)
  expect(await count('waits')).toBe(0)
})
