import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { scheduleTrigger, setSchedules, startedTimes } from '../testing/schedule-flow.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace, waitFor } from '../testing/test-engine.ts'

let database: TestDatabase
/** Starts nothing itself: it publishes, and looks at what the processes do. */
let desk: TestEngine
let plan: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  database = await createTestDatabase()
  desk = createTestEngine(database, { role: 'web' })
  plan = await desk.engine.savePlan(flowOf({ say: { type: 'set', params: { values: { a: 1 } }, after: ['trigger'] } }))
  await desk.engine.start()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await desk.engine.stop(1000)
  await database.drop()
})

async function startChild(options: { [name: string]: string } = {}): Promise<ChildProcess> {
  const flags = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value])
  const script = fileURLToPath(new URL('../testing/schedule-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '--url', database.url, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  // One that is to be killed early may not come to say that it has started.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Every second from its first time on. */
async function everySecond(flowId: string): Promise<void> {
  await setSchedules(desk.engine, database, {
    flowId,
    planHash: plan,
    triggers: [scheduleTrigger('* * * * * *', { missed: 'all' })],
  })
}
const off = (flowId: string) => setSchedules(desk.engine, database, { flowId, planHash: plan, triggers: [] })

async function expectEachSecondOnce(flowId: string, atLeast: number): Promise<void> {
  await waitFor(`${atLeast} runs`, async () => ((await startedTimes(database, flowId)).length >= atLeast ? true : undefined))
  await off(flowId)
  const times = (await startedTimes(database, flowId)).map((time) => Date.parse(time))
  const [first = 0] = times
  expect(times).toEqual(times.map((_, n) => first + n * 1000))
  await waitFor('every run to end', async () => {
    const { items } = await desk.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 200 })
    return items.length === times.length && items.every(({ status }) => status === 'succeeded') ? true : undefined
  })
}

const places: Failpoint[] = ['schedule.before-commit', 'schedule.after-commit', 'claim.after-commit']
test.each(places)('a server killed at %s leaves each time with one run, made up for by the next server', async (at) => {
  const flowId = `flow_${at}`
  await everySecond(flowId)
  const doomed = await startChild({ at, nth: '2' })
  if (doomed.exitCode === null && doomed.signalCode === null) await once(doomed, 'exit')
  const heir = await startChild()
  await expectEachSecondOnce(flowId, 5)
  await kill(heir)
})

test('of servers that work side by side and are killed one after the other, none loses a time or starts it twice', async () => {
  const flowId = 'flow_side_by_side'
  await everySecond(flowId)
  for (const server of await Promise.all([startChild(), startChild(), startChild()])) {
    const { length } = await startedTimes(database, flowId)
    await waitFor('two more', async () => ((await startedTimes(database, flowId)).length >= length + 2 ? true : undefined))
    await kill(server)
    await startChild()
  }
  const { length } = await startedTimes(database, flowId)
  await expectEachSecondOnce(flowId, length + 2)
})
