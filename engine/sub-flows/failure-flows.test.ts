import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { createFlowShelf, type FlowShelf } from '../testing/flow-shelf.ts'
import { flowOf } from '../testing/flow-builder.ts'
import type { Compiled } from '../engine-api.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let other: TestEngine
let shelf: FlowShelf

beforeAll(async () => {
  database = await createTestDatabase()
  const runAction = () => Promise.reject(new AppError('http_error', 'The shop is closed', { retryable: false }))
  const flows = {
    find: (...asked: Parameters<FlowShelf['find']>) => shelf.find(...asked),
    findFailureFlows: (...asked: Parameters<FlowShelf['findFailureFlows']>) => shelf.findFailureFlows(...asked),
  }
  it = createTestEngine(database, { flows, runAction })
  other = createTestEngine(database, { flows, runAction })
  await it.engine.start()
  await other.engine.start()
})
beforeEach(() => {
  shelf = createFlowShelf()
})
afterAll(async () => {
  await Promise.all([it.engine.stop(1000), other.engine.stop(1000)])
  await database.drop()
})

const broken = (settings = {}) => flowOf({ buy: { after: ['trigger'] } }, settings)

/** A flow that starts when one of these fails, or any. */
function onFailure(flow: Compiled, flowIds?: string[]): Compiled {
  const trigger = { id: 'trigger', type: 'flowFailed', name: 'A flow failed', params: flowIds ? { flowIds } : {} }
  return { ...flow, plan: { ...flow.plan, triggers: [trigger] } }
}

const noting = flowOf({ note: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } })

async function followersOf(runId: string): Promise<{ id: string; flowId: string }[]> {
  await waitFor('all of it to be done', async () => {
    const { rowCount } = await database.pool.query(
      "select from engine.outbox union all select from engine.runs where status in ('queued', 'running')",
    )
    return rowCount === 0 || undefined
  })
  const { rows } = await database.pool.query(
    'select id, flow_id as "flowId" from engine.history where parent = $1 order by flow_id',
    [runId],
  )
  return rows
}

test('a run that fails starts each flow that listens for that once, with what happened', async () => {
  await shelf.put(it, 'all', onFailure(noting), { isFailureFlow: true })
  await shelf.put(it, 'mine', onFailure(noting, ['shop', 'other']), { isFailureFlow: true })
  await shelf.put(it, 'foreign', onFailure(noting, ['other']), { isFailureFlow: true })
  const { runId } = await it.start(broken(), { flowId: 'shop' })
  const { error } = await it.ended(runId)
  const followers = await followersOf(runId)
  expect(followers.map(({ flowId }) => flowId)).toEqual(['all', 'mine'])
  const run = await it.engine.getRun(testWorkspace, followers[0]?.id ?? '')
  expect(run).toMatchObject({ status: 'succeeded', parent: runId, trigger: { kind: 'flowFailed' } })
  expect(run?.output).toEqual({ flowId: 'shop', runId, error })
})

test('a run that is retried and fails again has failed twice', async () => {
  await shelf.put(it, 'all', onFailure(noting), { isFailureFlow: true })
  const { runId } = await it.start(broken())
  await it.ended(runId)
  expect(await followersOf(runId)).toHaveLength(1)
  await other.engine.retryRun(testWorkspace, runId, 'user_1')
  await waitFor('its second end', async () => (await followersOf(runId)).length === 2 || undefined)
})

test('the flow that a flow names for its failures runs by whichever start fits, and once', async () => {
  await shelf.put(it, 'alarm', noting)
  const { runId } = await it.start(broken({ onFailure: { flowId: 'alarm' } }), { flowId: 'shop' })
  const { error } = await it.ended(runId)
  const [follower, ...more] = await followersOf(runId)
  expect(more).toEqual([])
  expect(await it.ended(follower?.id ?? '')).toMatchObject({
    trigger: { kind: 'manual' },
    output: { flowId: 'shop', runId, error },
  })

  await shelf.put(it, 'alarm', onFailure(noting), { isFailureFlow: true })
  const again = await it.start(broken({ onFailure: { flowId: 'alarm' } }), { flowId: 'shop' })
  await it.ended(again.runId)
  expect(await followersOf(again.runId)).toHaveLength(1)
})

test('one that can’t be run stands in nobody’s way', async () => {
  await shelf.put(it, 'all', onFailure(noting), { isFailureFlow: true })
  const { runId } = await it.start(broken({ onFailure: { flowId: 'removed' } }))
  await it.ended(runId)
  expect(await followersOf(runId)).toMatchObject([{ flowId: 'all' }])
})

test('flows that fail over the failures of each other each do so once', async () => {
  await shelf.put(it, 'a', onFailure(broken()), { isFailureFlow: true })
  await shelf.put(it, 'b', onFailure(broken()), { isFailureFlow: true })
  const { runId } = await it.start(broken(), { flowId: 'shop' })
  await it.ended(runId)
  await followersOf(runId)
  const { rows } = await database.pool.query<{ flowId: string; cause: string }>(
    `select h.flow_id as "flowId", p.flow_id as cause from engine.history h join engine.history p on p.id = h.parent
     where p.id = $1 or p.parent = $1 or p.parent in (select id from engine.history where parent = $1) order by 2, 1`,
    [runId],
  )
  // The shop's failure starts both, and each failure the other one, and no further.
  expect(rows).toEqual([
    { flowId: 'b', cause: 'a' },
    { flowId: 'a', cause: 'b' },
    { flowId: 'a', cause: 'shop' },
    { flowId: 'b', cause: 'shop' },
  ])
})

test('a flow that runs another one for a failure is not started by that one’s failure', async () => {
  await shelf.put(it, 'helper', broken())
  const helping = flowOf({ ask: { type: 'callFlow', params: { flowId: 'helper' }, after: ['trigger'], onError: 'continue' } })
  await shelf.put(it, 'all', onFailure(helping), { isFailureFlow: true })
  const { runId } = await it.start(broken(), { flowId: 'shop' })
  await it.ended(runId)
  const [follower] = await followersOf(runId)
  const [helper] = await followersOf(follower?.id ?? '')
  expect(await it.ended(helper?.id ?? '')).toMatchObject({ flowId: 'helper', status: 'failed' })
  expect(await followersOf(helper?.id ?? '')).toEqual([])
})

test('a draft that fails starts nothing: whoever tries it out sees it', async () => {
  await shelf.put(it, 'all', onFailure(noting), { isFailureFlow: true })
  const { runId } = await it.start(broken(), { version: 'draft' })
  await it.ended(runId)
  expect(await followersOf(runId)).toEqual([])
})
