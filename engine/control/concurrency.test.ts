import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FlowSettings } from '#shared/flow.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createHeldActions, type HeldActions } from '../testing/held-actions.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { watchLimits } from '../testing/watch-limits.ts'

let database: TestDatabase
let engines: TestEngine[]
let it: TestEngine
let actions: HeldActions
let limits: Awaited<ReturnType<typeof watchLimits>>

beforeAll(async () => {
  database = await createTestDatabase()
  limits = await watchLimits(database.pool)
  actions = createHeldActions()
  engines = Array.from({ length: 3 }, () => createTestEngine(database, { runAction: (call) => actions.run(call) }))
  for (const one of engines) await one.engine.start()
  const [first] = engines
  if (first) it = first
})
afterAll(async () => {
  actions.endAll()
  for (const one of engines) await one.engine.stop(5000)
  expect(await limits()).toMatchObject({ above: 0 })
  await database.drop()
})

const acting = (settings: FlowSettings) =>
  flowOf({ act: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } }, settings)
const triggerOf = (body: object) => JSON.stringify({ kind: 'manual', body })

function fresh(): HeldActions {
  actions = createHeldActions()
  return actions
}

test('three engines never run more of a key at once than its limit, whoever starts and ends them', async () => {
  const busy = fresh()
  busy.endAll()
  const flow = acting({ concurrency: { limit: 2, key: '{{ trigger.body.key }}' } })
  const runs = await Promise.all(
    Array.from({ length: 240 }, async (_, n) => {
      const one = engines[n % 3]
      const started = await one?.start(flow, { flowId: 'flow_hammer', trigger: triggerOf({ n, key: n % 7 }) })
      return { one, runId: started?.runId ?? '' }
    }),
  )
  for (const { one, runId } of runs) expect(await one?.ended(runId)).toMatchObject({ status: 'succeeded' })
  const { above, most } = await limits()
  expect({ above, most }).toEqual({ above: 0, most: 2 })
})

test('the more urgent start first, then those that came first', async () => {
  const held = fresh()
  const flow = acting({ concurrency: { limit: 1 } })
  const start = (n: number, priority: number) => it.start(flow, { flowId: 'flow_urgent', priority, trigger: triggerOf({ n }) })
  await start(0, 0)
  await held.untilBegan(1)
  for (const [n, priority] of [
    [1, 0],
    [2, 0],
    [3, 50],
    [4, -1],
    [5, 50],
  ] as const)
    await (
      await start(n, priority)
    ).durable
  for (let began = 1; began < 6; began++) {
    held.end(held.began.at(-1))
    await held.untilBegan(began + 1)
  }
  expect(held.began).toEqual([0, 3, 5, 1, 2, 4])
  held.endAll()
})

test('a key with hundreds in line does not hold up another', async () => {
  const held = fresh()
  const flow = acting({ concurrency: { limit: 1, key: '{{ trigger.body.key }}' } })
  await Promise.all(
    Array.from({ length: 120 }, async (_, n) => {
      const { durable } = await it.start(flow, { flowId: 'flow_crowd', trigger: triggerOf({ n: `crowd ${n}`, key: 'crowd' }) })
      await durable
    }),
  )
  await it.start(flow, { flowId: 'flow_crowd', trigger: triggerOf({ n: 'alone', key: 'alone' }) })
  expect(await held.untilBegan(2)).toHaveLength(2)
  expect(held.began).toContain('alone')
  held.endAll()
  await waitFor('all to be over', async () => {
    const { rows } = await database.pool.query("select from engine.runs where flow_id = 'flow_crowd'")
    return rows.length === 0 || undefined
  })
})

test('a run that waits holds no slot, and takes the next free one before those that begin', async () => {
  const held = fresh()
  const settings = { concurrency: { limit: 1 } }
  const restful = flowOf(
    {
      rest: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
      act: { params: { n: '{{ trigger.body.n }}' }, after: ['rest'] },
    },
    settings,
  )
  const resting = await it.start(restful, { flowId: 'flow_rest', trigger: triggerOf({ n: 'rested' }) })
  await it.until(resting.runId, (run) => run.status === 'waiting')
  const start = (n: string) => it.start(acting(settings), { flowId: 'flow_rest', trigger: triggerOf({ n }) })
  await start('first')
  await held.untilBegan(1)
  await (
    await start('second')
  ).durable
  const waiting = await start('third')
  await waiting.durable
  expect(await it.engine.getRun(testWorkspace, waiting.runId)).toMatchObject({
    status: 'queued',
    waits: [{ path: '', kind: 'slot' }],
  })
  for (const one of engines) one.clock.advance(3_600_000)
  await waitFor('the rested run to stand in line', async () => {
    const { rows } = await database.pool.query('select from engine.runs where id = $1 and ready', [resting.runId])
    return rows.length === 1 || undefined
  })
  held.end('first')
  await held.untilBegan(2)
  held.end('rested')
  await held.untilBegan(3)
  expect(held.began).toEqual(['first', 'rested', 'second'])
  held.endAll()
  await it.ended(waiting.runId)
})

test('above the limit a start is dropped, kept in the inbox with the reason, or cancels the oldest', async () => {
  const held = fresh()
  const request = { id: 'req_drop', method: 'POST', path: 'drop', remote: '127.0.0.1', sizeBytes: 2 }
  const dropping = acting({ concurrency: { limit: 1, onLimit: 'drop' } })
  const first = await it.start(dropping, { flowId: 'flow_drop', trigger: triggerOf({ n: 'stays' }) })
  expect(await it.tryStart(dropping, { flowId: 'flow_drop', trigger: triggerOf({ n: 'goes' }), request })).toEqual({
    runId: null,
    reason: 'concurrency_limit',
  })
  const { rows } = await database.pool.query("select state, reason, run_id, trigger from engine.requests where id = 'req_drop'")
  expect(rows).toEqual([{ state: 'kept', reason: 'concurrency_limit', run_id: null, trigger: triggerOf({ n: 'goes' }) }])
  await held.untilBegan(1)
  held.end('stays')
  await it.ended(first.runId)
  expect(await it.start(dropping, { flowId: 'flow_drop', trigger: triggerOf({ n: 'comes' }) })).toMatchObject({ created: true })

  const replacing = acting({ concurrency: { limit: 2, onLimit: 'cancelOldest' } })
  const runs = []
  for (const n of ['a', 'b', 'c', 'd']) {
    runs.push(await it.start(replacing, { flowId: 'flow_oldest', trigger: triggerOf({ n }) }))
    await waitFor(`${n} to begin`, () => held.began.includes(n) || undefined)
  }
  expect(await it.ended(runs[0]?.runId ?? '')).toMatchObject({ status: 'cancelled' })
  expect(await it.ended(runs[1]?.runId ?? '')).toMatchObject({ status: 'cancelled' })
  held.endAll()
  expect(await it.ended(runs[2]?.runId ?? '')).toMatchObject({ status: 'succeeded' })
  expect(await it.ended(runs[3]?.runId ?? '')).toMatchObject({ status: 'succeeded' })
})

test('a run in line is cancelled at once, without waiting for its turn', async () => {
  const held = fresh()
  const flow = acting({ concurrency: { limit: 1 } })
  await it.start(flow, { flowId: 'flow_cancel', trigger: triggerOf({ n: 'busy' }) })
  await held.untilBegan(1)
  const inLine = await it.start(flow, { flowId: 'flow_cancel', trigger: triggerOf({ n: 'never' }) })
  await inLine.durable
  await it.engine.cancelRun(testWorkspace, inLine.runId, 'somebody', 'now')
  expect(await it.engine.getRun(testWorkspace, inLine.runId)).toMatchObject({ status: 'cancelled', waits: [] })
  expect(await inLine.reply).toEqual({ kind: 'ended', status: 'cancelled', error: null })
  held.endAll()
})

test('a run that waits is cancelled at once, though all slots are taken', async () => {
  const held = fresh()
  const settings = { concurrency: { limit: 1 } }
  const waitful = flowOf({ wait: { type: 'waitForCall', after: ['trigger'] } }, settings)
  const waiting = await it.start(waitful, { flowId: 'flow_end', trigger: triggerOf({ n: 'waits' }) })
  await it.until(waiting.runId, (run) => run.status === 'waiting')
  const busy = await it.start(acting(settings), { flowId: 'flow_end', trigger: triggerOf({ n: 'busy' }) })
  await held.untilBegan(1)
  await it.engine.cancelRun(testWorkspace, waiting.runId, 'somebody', 'now')
  expect(await it.ended(waiting.runId)).toMatchObject({ status: 'cancelled', waits: [] })
  expect(await it.engine.getRun(testWorkspace, busy.runId)).toMatchObject({ status: 'running' })
  held.endAll()
  await it.ended(busy.runId)
})

test('the slot of an engine that stops is taken up by the others', async () => {
  const held = fresh()
  const flow = acting({ concurrency: { limit: 1 } })
  const leaving = createTestEngine(database, { runAction: (call) => actions.run(call) })
  await leaving.engine.start()
  const first = await leaving.start(flow, { flowId: 'flow_leave', trigger: triggerOf({ n: 1 }) })
  await held.untilBegan(1)
  const second = await leaving.start(flow, { flowId: 'flow_leave', trigger: triggerOf({ n: 2 }) })
  await second.durable
  await leaving.engine.stop(0)
  held.endAll()
  expect(await it.ended(first.runId)).toMatchObject({ status: 'succeeded' })
  expect(await it.ended(second.runId)).toMatchObject({ status: 'succeeded' })
})
