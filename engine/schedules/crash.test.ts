import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { scheduleTrigger, setSchedules, startedTimes } from '../testing/schedule-flow.ts'
import { createStartsDesk, type StartsDesk } from '../testing/starts-desk.ts'
import { waitFor } from '../testing/wait-for.ts'

let desk: StartsDesk

beforeAll(async () => {
  desk = await createStartsDesk()
})
afterAll(() => desk.close())

/** Every second from its first time on. */
async function everySecond(flowId: string): Promise<void> {
  await setSchedules(desk.engine, desk.database, {
    flowId,
    planHash: desk.planHash,
    triggers: [scheduleTrigger('* * * * * *', { missed: 'all' })],
  })
}
const off = (flowId: string) => setSchedules(desk.engine, desk.database, { flowId, planHash: desk.planHash, triggers: [] })

async function expectEachSecondOnce(flowId: string, atLeast: number): Promise<void> {
  await waitFor(`${atLeast} runs`, async () => ((await startedTimes(desk.database, flowId)).length >= atLeast ? true : undefined))
  await off(flowId)
  const times = (await startedTimes(desk.database, flowId)).map((time) => Date.parse(time))
  const [first = 0] = times
  expect(times).toEqual(times.map((_, n) => first + n * 1000))
  await desk.untilSucceeded(flowId, times.length)
}

const places: Failpoint[] = ['schedule.before-commit', 'schedule.after-commit', 'claim.after-commit']
test.each(places)('a server killed at %s leaves each time with one run, made up for by the next server', async (at) => {
  const flowId = `flow_${at}`
  await everySecond(flowId)
  const doomed = await desk.startProcess(`${at}:2`)
  await doomed.over
  const heir = await desk.startProcess()
  await expectEachSecondOnce(flowId, 5)
  await heir.kill()
})

test('of servers that work side by side and are killed one after the other, none loses a time or starts it twice', async () => {
  const flowId = 'flow_side_by_side'
  await everySecond(flowId)
  for (const server of await Promise.all([desk.startProcess(), desk.startProcess(), desk.startProcess()])) {
    const { length } = await startedTimes(desk.database, flowId)
    await waitFor('two more', async () => ((await startedTimes(desk.database, flowId)).length >= length + 2 ? true : undefined))
    await server.kill()
    await desk.startProcess()
  }
  const { length } = await startedTimes(desk.database, flowId)
  await expectEachSecondOnce(flowId, length + 2)
})
