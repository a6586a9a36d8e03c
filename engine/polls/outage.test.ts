import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import {
  loopbackEgress,
  type PollSource,
  pollTrigger,
  setPolls,
  sourcePoller,
  startedKeys,
  startPollSource,
} from '../testing/poll-source.ts'
import { type Proxy, startProxy } from '../testing/proxy.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace, waitFor } from '../testing/test-engine.ts'

let database: TestDatabase
let proxy: Proxy
let pool: pg.Pool
/** Reaches the database by a way that can be cut. */
let it: TestEngine
/** Reaches it whatever happens, and looks at nothing itself. */
let desk: TestEngine
let source: PollSource
let plan: string

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await startProxy(() => Number(new URL(database.url).port))
  const url = new URL(database.url)
  url.port = String(proxy.port)
  pool = new pg.Pool({ connectionString: url.href, max: 6, query_timeout: 1000, connectionTimeoutMillis: 1000 })
  pool.on('error', () => undefined)
  it = createTestEngine({ url: url.href, pool }, { leaseMs: 3000, poll: sourcePoller, fetch: loopbackEgress })
  desk = createTestEngine(database, { role: 'web' })
  plan = await desk.engine.savePlan(flowOf({ say: { type: 'set', params: { values: { a: 1 } }, after: ['trigger'] } }))
  source = await startPollSource([])
  await Promise.all([it.engine.start(), desk.engine.start()])
})
afterAll(async () => {
  await Promise.all([it.engine.stop(1000), desk.engine.stop(1000)])
  await pool.end()
  proxy.close()
  await source.close()
  await database.drop()
})

test.each(['losesAnswers', 'losesCommits'] as const)(
  'when the network %s, so that it is not known whether what was found is written, each item starts one run all the same',
  async (state) => {
    const flowId = `flow_${state}`
    source.keys = []
    await setPolls(desk.engine, database, { flowId, planHash: plan, triggers: [pollTrigger(source.url)] })
    await waitFor('the first look', async () => {
      const [row] = await desk.engine.listPolls(testWorkspace, flowId)
      return row && !row.isNew ? true : undefined
    })
    for (let round = 1; round <= 4; round++) {
      source.keys.push(`${round}a`, `${round}b`, `${round}c`)
      const before = proxy.lostAnswers
      source.instead.push((response) => {
        // What is lost from now on is an answer to what this look finds.
        if (round < 4) proxy.become(state)
        response.end(JSON.stringify({ items: source.keys.map((key) => ({ key })), cursor: 0, more: false }))
      })
      await desk.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
      if (round < 4) await waitFor(`answer ${round} to be lost`, () => (proxy.lostAnswers > before ? true : undefined))
      proxy.become('open')
      await waitFor('the runs', async () =>
        (await startedKeys(database, flowId)).length >= source.keys.length ? true : undefined,
      )
    }
    expect((await startedKeys(database, flowId)).toSorted()).toEqual(source.keys)
    await setPolls(desk.engine, database, { flowId, planHash: plan, triggers: [] })
  },
)
