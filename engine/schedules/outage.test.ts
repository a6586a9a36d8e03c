import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HarmedWay, openHarmedWay } from '../testing/harmed-way.ts'
import { scheduleTrigger, setSchedules, startedTimes } from '../testing/schedule-flow.ts'
import { createStartsDesk, type StartsDesk } from '../testing/starts-desk.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let desk: StartsDesk
let way: HarmedWay
/** Reaches the database by the way that is harmed. */
let it: TestEngine

beforeAll(async () => {
  desk = await createStartsDesk()
  way = await openHarmedWay(desk.database.url)
  it = createTestEngine(way, { leaseMs: 3000 })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await way.close()
  await desk.close()
})

async function everySecond(flowId: string): Promise<void> {
  const triggers = [scheduleTrigger('* * * * * *', { missed: 'all' })]
  await setSchedules(desk.engine, desk.database, { flowId, planHash: desk.planHash, triggers })
  await started(flowId, 2)
}

async function started(flowId: string, atLeast: number): Promise<void> {
  await waitFor(`${atLeast} runs`, async () => ((await startedTimes(desk.database, flowId)).length >= atLeast ? true : undefined))
}

async function expectEachSecondOnce(flowId: string): Promise<void> {
  await started(flowId, (await startedTimes(desk.database, flowId)).length + 3)
  await setSchedules(desk.engine, desk.database, { flowId, planHash: desk.planHash, triggers: [] })
  const times = (await startedTimes(desk.database, flowId)).map((time) => Date.parse(time))
  const [first = 0] = times
  expect(times).toEqual(times.map((_, n) => first + n * 1000))
}

test('times that come while the database can’t be reached are made up for', async () => {
  await everySecond('flow_cut')
  way.proxy.become('cut')
  await waitFor('times to be missed', async () => {
    const { rowCount } = await desk.database.pool.query(
      `select from engine.schedules where next_at < now() - interval '2 seconds'`,
    )
    return rowCount === 1 || undefined
  })
  way.proxy.become('open')
  await expectEachSecondOnce('flow_cut')
})

test('when it is not known whether a time was seen to, it is not started again', async () => {
  await everySecond('flow_unknown')
  for (const lost of [1, 2, 3]) {
    const before = way.proxy.lostAnswers
    way.proxy.become('losesAnswers')
    await waitFor(`answer ${lost} to be lost`, () => (way.proxy.lostAnswers > before ? true : undefined))
    way.proxy.become('open')
    await started('flow_unknown', (await startedTimes(desk.database, 'flow_unknown')).length + 1)
  }
  await expectEachSecondOnce('flow_unknown')
})
