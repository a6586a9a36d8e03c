import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { type HarmedWay, openHarmedWay } from '../testing/harmed-way.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let way: HarmedWay
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  way = await openHarmedWay(database.url, { query_timeout: 3000 })
  it = createTestEngine(way, { leaseMs: 1500 })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await way.close()
  await database.drop()
})

const flow = flowOf({ a: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } })

const beatOfTheLiving = async () => {
  const { rows } = await database.pool.query<{ at: string }>(
    "select max(beat_at)::text as at from engine.workers where state = 'live'",
  )
  return rows[0]?.at
}

test('connections that go dead without a word are given up, by the heartbeat and by those who write', async () => {
  const before = await it.start(flow)
  expect(await it.ended(before.runId)).toMatchObject({ status: 'succeeded' })

  way.proxy.swallow()
  const last = await beatOfTheLiving()
  await waitFor('the heart to beat again', async () => ((await beatOfTheLiving()) === last ? undefined : true))
  const after = await waitFor('a run to be started again', () => it.start(flow).catch(() => undefined))
  await after.durable
  const run = await waitFor('the run to end', async () => {
    const found = await it.engine.getRun('ws_test', after.runId).catch(() => undefined)
    return found?.finishedAt ? found : undefined
  })
  expect(run.status).toBe('succeeded')
})
