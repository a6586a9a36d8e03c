import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { type HarmedWay, openHarmedWay } from '../testing/harmed-way.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let way: HarmedWay
let one: TestEngine
let other: TestEngine
const acting = Promise.withResolvers<void>()
const mayEnd = Promise.withResolvers<void>()

beforeAll(async () => {
  database = await createTestDatabase()
  way = await openHarmedWay(database.url)
  way.pool.on('connect', (client) => client.on('error', () => undefined))
  one = createTestEngine(
    { url: database.url, pool: way.pool },
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
  await way.close()
  await database.drop()
})

test('a run that was taken over while its end was on its way is let go, and its caller is told by whoever ended it', async () => {
  const run = await one.start(flowOf({ a: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } }))
  await run.durable
  await acting.promise
  way.proxy.become('stalled')
  mayEnd.resolve()
  await database.pool.query("update engine.workers set state = 'gone'")
  await other.engine.start()
  expect(await other.ended(run.runId)).toMatchObject({ status: 'succeeded' })
  way.proxy.become('open')
  await waitFor('the worker to begin again', async () => {
    const { rowCount } = await database.pool.query("select from engine.workers where state = 'live'")
    return rowCount === 2 || undefined
  })
  expect(await run.reply).toMatchObject({ kind: 'ended', status: 'succeeded' })
  // It waits as long as it holds a run: the test would be over first.
  await one.engine.stop(300_000)
})
