import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { poolThrough } from '../testing/pool-through.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let toLose = 0
let toLoseKept = 0

beforeAll(async () => {
  database = await createTestDatabase()
  const pool = poolThrough(database.pool, () => {
    // Others commit as well, such as who looks for what to run next: starts are decided by what is known of their keys.
    let decides = false
    return async (send, text) => {
      const answer = await send()
      decides ||= text.includes('engine.lanes')
      const keeps = text.includes("$4 = 'rejected'")
      if (keeps && toLoseKept-- > 0) throw new Error('Connection terminated unexpectedly')
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

const requestOf = (n: number) => ({
  id: `req_${String(n).padStart(26, '0')}`,
  method: 'POST',
  path: 'p',
  remote: '127.0.0.1',
  sizeBytes: 2,
})

test('whose commit was not heard of is told of the run, or why there is none, all the same', async () => {
  const flow = flowOf({ a: { type: 'set', params: { values: {} }, after: ['trigger'] } }, { rateLimit: { limit: 1, per: '1h' } })
  const planHash = await it.engine.savePlan(flow)
  const place = { workspaceId: testWorkspace, flowId: 'flow_told', version: 1, planHash, triggerId: 'trigger', trigger: '{}' }
  toLose = 1
  const first = await it.engine.startRun({ ...place, request: requestOf(1) })
  expect(await it.ended(first.runId ?? '')).toMatchObject({ status: 'succeeded', requestId: requestOf(1).id })
  toLose = 1
  expect(await it.engine.startRun({ ...place, request: requestOf(2) })).toEqual({ runId: null, reason: 'rate_limited' })
  toLose = 1
  const byHand = { ...place, flowId: 'flow_by_hand' }
  const alone = await it.engine.startRun(byHand)
  expect(await it.ended(alone.runId ?? '')).toMatchObject({ status: 'succeeded' })
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId: 'flow_told', limit: 10 })
  expect(items).toHaveLength(1)
})

test('a request that was kept, though nobody heard of it, is told so, and one that was not fails', async () => {
  const kept = { workspaceId: testWorkspace, flowId: 'flow_kept', trigger: '{}', state: 'kept' as const, reason: 'draft' }
  toLoseKept = 1
  await it.engine.keepRequest({ ...requestOf(3), ...kept })
  const { items } = await it.engine.listRequests({ workspaceId: testWorkspace, flowId: 'flow_kept', limit: 10 })
  expect(items).toMatchObject([{ id: requestOf(3).id, reason: 'draft' }])
  await expect(it.engine.keepRequest({ ...requestOf(3), ...kept })).rejects.toThrow(/duplicate key/)
})
