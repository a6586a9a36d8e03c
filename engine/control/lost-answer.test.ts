import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { poolThrough } from '../testing/pool-through.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let toLose = 0

beforeAll(async () => {
  database = await createTestDatabase()
  const pool = poolThrough(database.pool, () => {
    // Others commit as well, such as who looks for what to run next: starts are decided by what is known of their keys.
    let decides = false
    return async (send, text) => {
      const answer = await send()
      decides ||= text.includes('engine.lanes')
      if (text === 'commit' && decides && toLose-- > 0) throw new Error('Connection terminated unexpectedly')
      return answer
    }
  })
  it = createTestEngine({ url: database.url, pool })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

test('starts that were decided, but nobody heard of it, are not decided once more', async () => {
  const flow = flowOf(
    { list: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } },
    { batch: { size: 100, for: '1h' } },
  )
  const planHash = await it.engine.savePlan(flow)
  const start = async (n: number) =>
    it.engine.startRun({
      ...{ workspaceId: testWorkspace, flowId: 'flow_test', version: 1, planHash, triggerId: 'trigger' },
      trigger: JSON.stringify({ kind: 'manual', at: '', body: n }),
    })
  const first = await start(0)
  toLose = 1
  const others = await Promise.allSettled([start(1), start(2), start(3)])
  for (const other of others) if (other.status === 'rejected') expect(other.reason).toMatchObject({ code: 'not_ready' })
  expect(others.some(({ status }) => status === 'rejected')).toBe(true)
  it.clock.advance(3_600_000)
  const run = await it.ended(first.runId ?? '')
  expect(run).toMatchObject({ status: 'succeeded' })
  expect((run.output as number[]).toSorted()).toEqual([0, 1, 2, 3])
  expect((await it.engine.listRuns({ workspaceId: testWorkspace, limit: 10 })).items).toHaveLength(1)
})

test('a start that is asked for in the very moment another one is decided is decided as well', async () => {
  const flow = flowOf(
    { a: { type: 'set', params: { values: {} }, after: ['trigger'] } },
    { rateLimit: { limit: 100, per: '1h' } },
  )
  const planHash = await it.engine.savePlan(flow)
  const start = async () =>
    it.engine.startRun({
      ...{ workspaceId: testWorkspace, flowId: 'flow_next', version: 1, planHash, triggerId: 'trigger', trigger: '{}' },
    })
  for (let n = 0; n < 3; n++) expect((await start()).runId).not.toBeNull()
})
