import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Failpoint } from '../failpoint.ts'
import { killEngineProcesses } from '../testing/engine-process.ts'
import { type PollSource, pollTrigger, setPolls, startedKeys, startPollSource } from '../testing/poll-source.ts'
import { createStartsDesk, type StartsDesk } from '../testing/starts-desk.ts'
import { testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let desk: StartsDesk
const sources: PollSource[] = []

beforeAll(async () => {
  desk = await createStartsDesk()
})
// Whoever is left over from one test would look for the next one, in place of its own servers.
afterEach(killEngineProcesses)
afterAll(async () => {
  await desk.close()
  for (const source of sources) await source.close()
})

/** A list in pages whose first items are known, and which has got others since. */
async function publish(flowId: string): Promise<PollSource> {
  const source = await startPollSource(['known'])
  sources.push(source)
  source.pageSize = 3
  await setPolls(desk.engine, desk.database, { flowId, planHash: desk.planHash, triggers: [pollTrigger(source.url)] })
  const first = await desk.startProcess()
  await waitFor('the first look', async () => {
    const [row] = await desk.engine.listPolls(testWorkspace, flowId)
    return row && !row.isNew && !row.isLooking ? true : undefined
  })
  await first.kill()
  source.keys = ['known', 'a', 'b', 'c', 'd', 'e', 'f', 'g']
  return source
}

const lookNow = (flowId: string) => desk.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })

async function expectEachOnce(flowId: string, keys: string[]): Promise<void> {
  await waitFor('all runs', async () => ((await startedKeys(desk.database, flowId)).length >= keys.length ? true : undefined))
  await waitFor('the look to end', async () => {
    const [row] = await desk.engine.listPolls(testWorkspace, flowId)
    return row && row.passAt === null && !row.isLooking ? true : undefined
  })
  expect(await startedKeys(desk.database, flowId)).toEqual(keys)
  await desk.untilSucceeded(flowId, keys.length)
}

const places: [Failpoint, number][] = [
  ['poll.after-look', 1],
  ['poll.after-look', 2],
  ['poll.before-commit', 2],
  ['poll.after-commit', 1],
  ['poll.after-commit', 3],
  ['claim.after-commit', 2],
]
test.each(places)('a server killed at %s (pass %s) leaves each item with one run, found by the next server', async (at, nth) => {
  const flowId = `flow_${at}_${nth}`
  await publish(flowId)
  const doomed = await desk.startProcess(`${at}:${nth}`)
  await lookNow(flowId)
  await doomed.over
  await desk.startProcess()
  await expectEachOnce(flowId, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

test('of servers that look side by side and are killed one after the other, none loses an item or starts it twice', async () => {
  const flowId = 'flow_side_by_side'
  const source = await publish(flowId)
  source.keys = ['known']
  const expected: string[] = []
  for (const server of await Promise.all([desk.startProcess(), desk.startProcess()])) {
    const fresh = Array.from({ length: 7 }, (_, n) => `${expected.length + n}`)
    expected.push(...fresh)
    source.keys.push(...fresh)
    await lookNow(flowId)
    await server.kill()
    await desk.startProcess()
  }
  await lookNow(flowId)
  await expectEachOnce(flowId, expected)
})

test('a look that takes the server down each time is put off, and said to', async () => {
  const flowId = 'flow_deadly'
  const source = await publish(flowId)
  for (let deaths = 1; deaths <= 3; deaths++) {
    const doomed = await desk.startProcess('poll.after-look:1')
    await lookNow(flowId)
    await doomed.over
  }
  const asked = source.asked.length
  await desk.startProcess()
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
