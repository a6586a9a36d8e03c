import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { Bulk, BulkState } from '../engine-api.ts'
import { onFailpoint } from '../failpoint.ts'
import type { ActionCall } from '../ports.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let calls: ActionCall[] = []
let act: (call: ActionCall) => Promise<string>
let flows = 0

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: (call) => {
      calls.push(call)
      return act(call)
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})
beforeEach(() => {
  calls = []
  flows++
})
afterEach(() => onFailpoint(undefined))

const refuse = () => Promise.reject(new AppError('http_error', 'no', { retryable: false }))
const flowId = () => `flow_${flows}`

/** Runs of a flow of this test's own, once they are all like this. */
async function runsOf(count: number, status: string, flow = flowOf({ a: { after: ['trigger'] } })): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push((await it.start(flow, { flowId: flowId() })).runId)
  for (const id of ids) await it.until(id, (run) => run.status === status)
  calls = []
  return ids
}

const start = (bulk: Partial<Bulk> & Pick<Bulk, 'action'>, engine = it.engine) =>
  engine.startBulk(testWorkspace, { by: 'user_1', filter: { flowId: flowId() }, ratePerSecond: 1000, ...bulk })

function finished(id: string): Promise<BulkState> {
  return waitFor('the bulk action to be finished', async () => {
    const state = await it.engine.getBulk(testWorkspace, id)
    return state.status === 'finished' ? state : undefined
  })
}

describe('a bulk action', () => {
  test('retries every failed run of a flow, and no other', async () => {
    act = refuse
    const failed = await runsOf(12, 'failed')
    act = async () => '1'
    const fine = await runsOf(3, 'succeeded')
    const bulk = { by: 'user_1', action: 'retry', filter: { flowId: flowId() } } as const
    expect(await it.engine.countBulk(testWorkspace, bulk)).toBe(12)
    const { id, count } = await start({ action: 'retry' })
    expect(count).toBe(12)
    expect(await finished(id)).toMatchObject({ count: 12, handled: 12, outcomes: { done: 12 }, errors: [] })
    for (const runId of failed) expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
    expect(calls).toHaveLength(12)
    expect(calls.some((call) => fine.includes(call.run.id))).toBe(false)
  })

  test('replays each run once, also when a crash comes between what was done and what was noted', async () => {
    act = async () => '1'
    const ids = await runsOf(6, 'succeeded')
    let crashes = 0
    onFailpoint((point) => {
      if (point === 'bulk.before-advance' && crashes++ === 0) throw new Error('the process dies here')
    })
    const { id } = await start({ action: 'replay', replay: { from: ['a'] } })
    await waitFor('the crash', () => (crashes > 0 ? true : undefined))
    // The next process goes on with it once the lease is over.
    await database.pool.query('update engine.bulk_jobs set next_at = now() where id = $1', [id])
    const other = createTestEngine(database, { runAction: async () => '1' })
    await other.engine.start()
    expect(await finished(id)).toMatchObject({ outcomes: { done: 6 }, handled: 6 })
    const { rows } = await database.pool.query<{ replay_of: string }>(
      `select replay_of from engine.runs where flow_id = $1 and replay_of is not null
       union all select replay_of from engine.history where flow_id = $1 and replay_of is not null`,
      [flowId()],
    )
    expect(rows.map((row) => row.replay_of).toSorted()).toEqual(ids.toSorted())
    await other.engine.stop(1000)
  })

  test('retries a run once even if it fails again before that was noted', async () => {
    act = refuse
    const [runId = ''] = await runsOf(1, 'failed')
    let crashes = 0
    onFailpoint((point) => {
      if (point === 'bulk.before-advance' && crashes++ === 0) throw new Error('the process dies here')
    })
    const { id } = await start({ action: 'retry' })
    await waitFor('the retry', () => (calls.length > 0 && crashes > 0 ? true : undefined))
    await it.until(runId, (run) => run.status === 'failed')
    await database.pool.query('update engine.bulk_jobs set next_at = now() where id = $1', [id])
    const other = createTestEngine(database, { runAction: refuse })
    await other.engine.start()
    expect(await finished(id)).toMatchObject({ outcomes: { done: 1 } })
    expect(calls).toHaveLength(1)
    await other.engine.stop(1000)
  })

  test('cancels what is not over', async () => {
    const waiting = flowOf({ hold: { type: 'delay', params: { for: '1h' }, after: ['trigger'] } })
    const ids = await runsOf(5, 'waiting', waiting)
    const { id, count } = await start({ action: 'cancel', cancel: { when: 'now' }, filter: { ids: ids.slice(0, 4) } })
    expect(count).toBe(4)
    expect(await finished(id)).toMatchObject({ outcomes: { done: 4 } })
    for (const runId of ids.slice(0, 4)) expect(await it.ended(runId)).toMatchObject({ status: 'cancelled' })
    expect(await it.engine.getRun(testWorkspace, ids[4] ?? '')).toMatchObject({ status: 'waiting' })
  })

  test('settles what waits for a person', async () => {
    act = refuse
    const parking = flowOf({ a: { after: ['trigger'], onError: 'park' }, b: { after: ['trigger'], onError: 'park' } })
    const ids = await runsOf(3, 'waiting', parking)
    for (const runId of ids) await it.until(runId, (run) => run.waits.length === 2)
    const { id } = await start({ action: 'resolve', resolve: { action: 'output', output: '"by hand"', path: 'a' } })
    expect(await finished(id)).toMatchObject({ outcomes: { done: 3 } })
    const rest = await start({ action: 'resolve', resolve: { action: 'skip' } })
    await finished(rest.id)
    for (const runId of ids) expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'by hand' })
  })

  test('moves waiting runs, and says of which it could not', async () => {
    const before = flowOf({ hold: { type: 'delay', params: { for: '1h' }, after: ['trigger'] } })
    const ids = await runsOf(2, 'waiting', before)
    const after = flowOf({ hold: { type: 'delay', params: { for: '1h' }, after: ['trigger'] }, b: { after: ['hold'] } })
    const planHash = await it.engine.savePlan(after)
    const { id } = await start({ action: 'move', move: { version: 2, planHash } })
    expect(await finished(id)).toMatchObject({ outcomes: { done: 2 } })
    for (const runId of ids) expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ version: 2 })
    const gone = await it.engine.savePlan(flowOf({ b: { after: ['trigger'] } }))
    const second = await start({ action: 'move', move: { version: 3, planHash: gone } })
    expect(await finished(second.id)).toMatchObject({
      outcomes: { move_blocked: 2 },
      errors: [{ runId: ids[1], code: 'move_blocked' }, { runId: ids[0] }],
    })
  })

  test('asked for at a process that carries nothing out is worked off by the others', async () => {
    act = async () => '1'
    await runsOf(2, 'succeeded')
    const web = createTestEngine(database, { role: 'web' })
    await web.engine.start()
    const { id } = await start({ action: 'replay', ratePerSecond: 5 }, web.engine)
    expect(await finished(id)).toMatchObject({ outcomes: { done: 2 }, ratePerSecond: 5 })
    await web.engine.stop(100)
    await expect(it.engine.getBulk('ws_other', id)).rejects.toMatchObject({ code: 'not_found' })
  })
})
