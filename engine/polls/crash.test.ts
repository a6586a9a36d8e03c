import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { type PollSource, pollTrigger, setPolls, startedKeys, startPollSource } from '../testing/poll-source.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace, waitFor } from '../testing/test-engine.ts'

let database: TestDatabase
/** Looks at nothing itself: it publishes, and sees what the processes do. */
let desk: TestEngine
let plan: string
const children = new Set<ChildProcess>()
const sources: PollSource[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  desk = createTestEngine(database, { role: 'web' })
  plan = await desk.engine.savePlan(flowOf({ say: { type: 'set', params: { values: { a: 1 } }, after: ['trigger'] } }))
  await desk.engine.start()
})
// Whoever is left over from one test would look for the next one, in place of its own servers.
afterEach(async () => {
  for (const child of children) if (isRunning(child)) await kill(child)
  children.clear()
})
afterAll(async () => {
  await desk.engine.stop(1000)
  for (const source of sources) await source.close()
  await database.drop()
})

async function startChild(options: { [name: string]: string } = {}): Promise<ChildProcess> {
  const flags = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, value])
  const script = fileURLToPath(new URL('../testing/poll-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, '--url', database.url, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  // One that is to be killed early may not come to say that it has started.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  return child
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** A list in pages whose first items are known, and which has got others since. */
async function publish(flowId: string): Promise<PollSource> {
  const source = await startPollSource(['known'])
  sources.push(source)
  source.pageSize = 3
  await setPolls(desk.engine, database, { flowId, planHash: plan, triggers: [pollTrigger(source.url)] })
  const first = await startChild()
  await waitFor('the first look', async () => {
    const [row] = await desk.engine.listPolls(testWorkspace, flowId)
    return row && !row.isNew && !row.isLooking ? true : undefined
  })
  await kill(first)
  source.keys = ['known', 'a', 'b', 'c', 'd', 'e', 'f', 'g']
  return source
}

const lookNow = (flowId: string) => desk.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })

async function expectEachOnce(flowId: string, keys: string[]): Promise<void> {
  await waitFor('all runs', async () => ((await startedKeys(database, flowId)).length >= keys.length ? true : undefined))
  await waitFor('the look to end', async () => {
    const [row] = await desk.engine.listPolls(testWorkspace, flowId)
    return row && row.passAt === null && !row.isLooking ? true : undefined
  })
  expect(await startedKeys(database, flowId)).toEqual(keys)
  await waitFor('every run to end', async () => {
    const { items } = await desk.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 200 })
    return items.length === keys.length && items.every(({ status }) => status === 'succeeded') ? true : undefined
  })
}

const places: [Failpoint, string][] = [
  ['poll.after-look', '1'],
  ['poll.after-look', '2'],
  ['poll.before-commit', '2'],
  ['poll.after-commit', '1'],
  ['poll.after-commit', '3'],
  ['claim.after-commit', '2'],
]
test.each(places)('a server killed at %s (pass %s) leaves each item with one run, found by the next server', async (at, nth) => {
  const flowId = `flow_${at}_${nth}`
  await publish(flowId)
  const doomed = await startChild({ at, nth })
  await lookNow(flowId)
  if (isRunning(doomed)) await once(doomed, 'exit')
  await startChild()
  await expectEachOnce(flowId, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

test('of servers that look side by side and are killed one after the other, none loses an item or starts it twice', async () => {
  const flowId = 'flow_side_by_side'
  const source = await publish(flowId)
  source.keys = ['known']
  const expected: string[] = []
  for (const server of await Promise.all([startChild(), startChild()])) {
    const fresh = Array.from({ length: 7 }, (_, n) => `${expected.length + n}`)
    expected.push(...fresh)
    source.keys.push(...fresh)
    await lookNow(flowId)
    await kill(server)
    await startChild()
  }
  await lookNow(flowId)
  await expectEachOnce(flowId, expected)
})

test('a look that takes the server down each time is put off, and said to', async () => {
  const flowId = 'flow_deadly'
  const source = await publish(flowId)
  for (let deaths = 1; deaths <= 3; deaths++) {
    const doomed = await startChild({ at: 'poll.after-look', nth: '1' })
    await lookNow(flowId)
    if (isRunning(doomed)) await once(doomed, 'exit')
  }
  const asked = source.asked.length
  await startChild()
  const row = await waitFor('it to be put off', async () => {
    const [found] = await desk.engine.listPolls(testWorkspace, flowId)
    return found?.errorCode === 'poisoned' ? found : undefined
  })
  expect(row).toMatchObject({ crashes: 3, failures: 1, isLooking: false })
  expect(row.errorMessage).toContain('went down 3 times')
  expect(row.nextAt).toBeGreaterThan(Date.now())
  expect(source.asked).toHaveLength(asked)
  // Whoever mended the cause need not wait.
  await lookNow(flowId)
  await expectEachOnce(flowId, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})
