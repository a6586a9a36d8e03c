import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { type Proxy, startProxy } from '../testing/proxy.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, waitFor } from '../testing/test-engine.ts'

let database: TestDatabase
let proxy: Proxy
let pool: pg.Pool
let one: TestEngine
let other: TestEngine
const acting = Promise.withResolvers<void>()
const mayEnd = Promise.withResolvers<void>()

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await startProxy(() => Number(new URL(database.url).port))
  const url = new URL(database.url)
  url.port = String(proxy.port)
  pool = new pg.Pool({ connectionString: url.href, max: 6 })
  pool.on('connect', (client) => client.on('error', () => undefined))
  one = createTestEngine(
    { url: database.url, pool },
    {
      leaseMs: 1500,
      async runAction({ inputText }) {
        acting.resolve()
        await mayEnd.promise
        return inputText
      },
    },
  )
  other = createTestEngine(database)
  await one.engine.start()
})
afterAll(async () => {
  await other.engine.stop(1000)
  await pool.end()
  proxy.close()
  await database.drop()
})

test('a run that was taken over while its end was on its way is let go, and its caller is told by whoever ended it', async () => {
  const run = await one.start(flowOf({ a: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } }))
  await run.durable
  await acting.promise
  proxy.become('stalled')
  mayEnd.resolve()
  await database.pool.query("update engine.workers set state = 'gone'")
  await other.engine.start()
  expect(await other.ended(run.runId)).toMatchObject({ status: 'succeeded' })
  proxy.become('open')
  await waitFor('the worker to begin again', async () => {
    const { rowCount } = await database.pool.query("select from engine.workers where state = 'live'")
    return rowCount === 2 || undefined
  })
  expect(await run.reply).toMatchObject({ kind: 'ended', status: 'succeeded' })
  // It waits as long as it holds a run: the test would be over first.
  await one.engine.stop(300_000)
})
