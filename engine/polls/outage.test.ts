import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HarmedWay, openHarmedWay } from '../testing/harmed-way.ts'
import {
  loopbackEgress,
  type PollSource,
  pollTrigger,
  setPolls,
  sourcePoller,
  startedKeys,
  startPollSource,
} from '../testing/poll-source.ts'
import { createStartsDesk, type StartsDesk } from '../testing/starts-desk.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let desk: StartsDesk
let way: HarmedWay
/** Reaches the database by the way that is harmed. */
let it: TestEngine
let source: PollSource

beforeAll(async () => {
  desk = await createStartsDesk()
  way = await openHarmedWay(desk.database.url)
  it = createTestEngine(way, { leaseMs: 3000, poll: sourcePoller, fetch: loopbackEgress })
  source = await startPollSource([])
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await way.close()
  await source.close()
  await desk.close()
})

test.each(['losesAnswers', 'losesCommits'] as const)(
  'when the network %s, so that it is not known whether what was found is written, each item starts one run all the same',
  async (state) => {
    const flowId = `flow_${state}`
    source.keys = []
    await setPolls(desk.engine, desk.database, { flowId, planHash: desk.planHash, triggers: [pollTrigger(source.url)] })
    await waitFor('the first look', async () => {
      const [row] = await desk.engine.listPolls(testWorkspace, flowId)
      return row && !row.isNew ? true : undefined
    })
    for (let round = 1; round <= 4; round++) {
      source.keys.push(`${round}a`, `${round}b`, `${round}c`)
      const before = way.proxy.lostAnswers
      source.instead.push((response) => {
        // What is lost from now on is an answer to what this look finds.
        if (round < 4) way.proxy.become(state)
        response.end(JSON.stringify({ items: source.keys.map((key) => ({ key })), cursor: 0, more: false }))
      })
      await desk.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
      if (round < 4) await waitFor(`answer ${round} to be lost`, () => (way.proxy.lostAnswers > before ? true : undefined))
      way.proxy.become('open')
      await waitFor('the runs', async () =>
        (await startedKeys(desk.database, flowId)).length >= source.keys.length ? true : undefined,
      )
    }
    expect((await startedKeys(desk.database, flowId)).toSorted()).toEqual(source.keys)
    await setPolls(desk.engine, desk.database, { flowId, planHash: desk.planHash, triggers: [] })
  },
)
