import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { type Proxy, startProxy } from '../testing/proxy.ts'
import { scheduleTrigger, setSchedules, startedTimes } from '../testing/schedule-flow.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, waitFor } from '../testing/test-engine.ts'

let database: TestDatabase
let proxy: Proxy
let pool: pg.Pool
/** Reaches the database by a way that can be cut. */
let it: TestEngine
let plan: string

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await startProxy(() => Number(new URL(database.url).port))
  const url = new URL(database.url)
  url.port = String(proxy.port)
  pool = new pg.Pool({ connectionString: url.href, max: 6, query_timeout: 1000, connectionTimeoutMillis: 1000 })
  pool.on('error', () => undefined)
  it = createTestEngine({ url: url.href, pool }, { leaseMs: 3000 })
  plan = await it.engine.savePlan(flowOf({ say: { type: 'set', params: { values: { a: 1 } }, after: ['trigger'] } }))
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await pool.end()
  proxy.close()
  await database.drop()
})

async function everySecond(flowId: string): Promise<void> {
  const triggers = [scheduleTrigger('* * * * * *', { missed: 'all' })]
  await setSchedules(it.engine, database, { flowId, planHash: plan, triggers })
  await started(flowId, 2)
}

async function started(flowId: string, atLeast: number): Promise<void> {
  await waitFor(`${atLeast} runs`, async () => ((await startedTimes(database, flowId)).length >= atLeast ? true : undefined))
}

async function expectEachSecondOnce(flowId: string): Promise<void> {
  await started(flowId, (await startedTimes(database, flowId)).length + 3)
  await setSchedules(it.engine, database, { flowId, planHash: plan, triggers: [] })
  const times = (await startedTimes(database, flowId)).map((time) => Date.parse(time))
  const [first = 0] = times
  expect(times).toEqual(times.map((_, n) => first + n * 1000))
}

test('times that come while the database can’t be reached are made up for', async () => {
  await everySecond('flow_cut')
  proxy.become('cut')
  await waitFor('times to be missed', async () => {
    const { rowCount } = await database.pool.query(`select from engine.schedules where next_at < now() - interval '2 seconds'`)
    return rowCount === 1 || undefined
  })
  proxy.become('open')
  await expectEachSecondOnce('flow_cut')
})

test('when it is not known whether a time was seen to, it is not started again', async () => {
  await everySecond('flow_unknown')
  for (const lost of [1, 2, 3]) {
    const before = proxy.lostAnswers
    proxy.become('losesAnswers')
    await waitFor(`answer ${lost} to be lost`, () => (proxy.lostAnswers > before ? true : undefined))
    proxy.become('open')
    await started('flow_unknown', (await startedTimes(database, 'flow_unknown')).length + 1)
  }
  await expectEachSecondOnce('flow_unknown')
})
