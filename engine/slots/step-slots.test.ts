import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createHeldActions, type HeldActions } from '../testing/held-actions.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { watchSlots } from '../testing/watch-slots.ts'

let database: TestDatabase
let engines: TestEngine[]
let it: TestEngine
let other: TestEngine
let actions: HeldActions
let failures = 0
let seen: Awaited<ReturnType<typeof watchSlots>>

beforeAll(async () => {
  database = await createTestDatabase()
  seen = await watchSlots(database.pool)
  const runAction: HeldActions['run'] = async (call) => {
    if (call.input['fails'] === true && failures-- > 0) throw new AppError('http_error', 'no')
    return actions.run(call)
  }
  engines = Array.from({ length: 3 }, () => createTestEngine(database, { runAction }))
  for (const one of engines) await one.engine.start()
  const [first, second] = engines
  if (first && second) [it, other] = [first, second]
})
afterAll(async () => {
  actions.endAll()
  for (const one of engines) await one.engine.stop(5000)
  expect(await seen()).toMatchObject({ above: 0 })
  expect((await database.pool.query('select from engine.step_slots')).rows).toEqual([])
  await database.drop()
})

function fresh(): HeldActions {
  actions = createHeldActions()
  return actions
}
const triggerOf = (body: object) => JSON.stringify({ kind: 'manual', body })
const params = { n: '{{ trigger.body.n }}' }
const slots = async () => (await database.pool.query('select from engine.step_slots')).rowCount

test('of steps under one key so many run at once, in whatever runs and engines', async () => {
  const busy = fresh()
  busy.endAll()
  const flow = flowOf({
    before: { params, after: ['trigger'] },
    one: { params, concurrency: { limit: 2, key: '{{ trigger.body.key }}' }, after: ['before'] },
    two: { params, concurrency: { limit: 2, key: '{{ trigger.body.key }}' }, after: ['before'] },
  })
  const runs = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const one = engines[n % 3]
      return { one, run: await one?.start(flow, { flowId: 'flow_many', trigger: triggerOf({ n, key: n % 4 }) }) }
    }),
  )
  for (const { one, run } of runs) expect(await one?.ended(run?.runId ?? '')).toMatchObject({ status: 'succeeded' })
  expect(await seen()).toEqual({ above: 0, most: 2 })
  expect(await slots()).toBe(0)
})

test('a run that only waits for a slot is given up, shows what it waits for, and goes on when there is one', async () => {
  const held = fresh()
  const flow = flowOf({ act: { params, concurrency: { limit: 1 }, after: ['trigger'] } })
  const first = await it.start(flow, { flowId: 'flow_give', trigger: triggerOf({ n: 1 }) })
  await held.untilBegan(1)
  const second = await other.start(flow, { flowId: 'flow_give', trigger: triggerOf({ n: 2 }) })
  const waiting = await other.until(second.runId, (run) => run.status === 'waiting')
  expect(waiting.waits).toMatchObject([{ path: 'act', kind: 'slot' }])
  const { rows } = await database.pool.query('select worker_id, ready from engine.runs where id = $1', [second.runId])
  expect(rows).toEqual([{ worker_id: null, ready: false }])
  held.end(1)
  await held.untilBegan(2)
  expect((await other.engine.getRun(testWorkspace, second.runId))?.waits).toEqual([])
  held.end(2)
  for (const run of [first, second]) expect(await it.ended(run.runId)).toMatchObject({ status: 'succeeded' })
})

test('steps of one run take turns too, and the more urgent run comes first', async () => {
  const held = fresh()
  const flow = flowOf({
    a: { params: { n: 'a' }, concurrency: { limit: 1, key: 'shared' }, after: ['trigger'] },
    b: { params: { n: 'b' }, concurrency: { limit: 1, key: 'shared' }, after: ['trigger'] },
  })
  const one = flowOf({ act: { params, concurrency: { limit: 1, key: 'shared' }, after: ['trigger'] } })
  const both = await it.start(flow, { flowId: 'flow_turns' })
  await held.untilBegan(1)
  await waitFor('b to stand in line', async () => (await slots()) === 2 || undefined)
  const urgent = await it.start(one, { flowId: 'flow_turns', priority: 50, trigger: triggerOf({ n: 'urgent' }) })
  await waitFor('the urgent one to stand in line', async () => (await slots()) === 3 || undefined)
  for (let began = 1; began < 3; began++) {
    held.end(held.began.at(-1))
    await held.untilBegan(began + 1)
  }
  expect(held.began).toEqual(['a', 'urgent', 'b'])
  held.endAll()
  for (const run of [both, urgent]) expect(await it.ended(run.runId)).toMatchObject({ status: 'succeeded' })
})

test('a slot is given back between two attempts, and by a run that is cancelled or fails', async () => {
  const held = fresh()
  failures = 1
  const flow = flowOf({
    act: {
      params: { n: '{{ trigger.body.n }}', fails: '{{ trigger.body.fails }}' },
      retry: { minDelayMs: 3_600_000 },
      concurrency: { limit: 1 },
      after: ['trigger'],
    },
  })
  const start = (n: string, fails = false) => it.start(flow, { flowId: 'flow_back', trigger: triggerOf({ n, fails }) })
  const retrying = await start('retried', true)
  await it.until(retrying.runId, (run) => run.waits.some((wait) => wait.kind === 'retry'))
  const cancelled = await start('cancelled')
  await held.untilBegan(1)
  for (const one of engines) one.clock.advance(3_600_001)
  await it.until(retrying.runId, (run) => run.waits.some((wait) => wait.kind === 'slot'))
  const inLine = await start('never')
  await it.until(inLine.runId, (run) => run.waits.some((wait) => wait.kind === 'slot'))
  await it.engine.cancelRun(testWorkspace, inLine.runId, 'test', 'now')
  expect(await it.ended(inLine.runId)).toMatchObject({ status: 'cancelled' })
  await it.engine.cancelRun(testWorkspace, cancelled.runId, 'test', 'now')
  await held.untilBegan(2)
  expect(held.began).toEqual(['cancelled', 'retried'])
  held.endAll()
  expect(await it.ended(retrying.runId)).toMatchObject({ status: 'succeeded' })
  expect(await slots()).toBe(0)
})

test('the slot of an attempt that is handed over goes with it', async () => {
  const held = fresh()
  const leaving = createTestEngine(database, { runAction: (call) => actions.run(call) })
  await leaving.engine.start()
  const flow = flowOf({ act: { params, concurrency: { limit: 1 }, after: ['trigger'] } })
  const first = await leaving.start(flow, { flowId: 'flow_hand', trigger: triggerOf({ n: 1 }) })
  await held.untilBegan(1)
  const second = await leaving.start(flow, { flowId: 'flow_hand', trigger: triggerOf({ n: 2 }) })
  await leaving.until(second.runId, (run) => run.status === 'waiting')
  await leaving.engine.stop(0)
  await held.untilBegan(2)
  expect(held.began).toEqual([1, 1])
  held.endAll()
  for (const run of [first, second]) expect(await it.ended(run.runId)).toMatchObject({ status: 'succeeded' })
})

test('a key that can’t be worked out fails the step', async () => {
  fresh().endAll()
  const flow = flowOf({
    act: { params, concurrency: { limit: 1, key: '{{ trigger.body.n.toUpperCase() }}' }, after: ['trigger'] },
  })
  const run = await it.start(flow, { flowId: 'flow_key', trigger: triggerOf({ n: 1 }) })
  expect(await it.ended(run.runId)).toMatchObject({ status: 'failed', error: { code: 'expression_error' } })
})

test('a loop whose items share slots runs so many of them at once', async () => {
  fresh().endAll()
  const flow = flowOf({
    each: { type: 'forEach', params: { items: '{{ trigger.body.items }}', concurrency: 50 }, after: ['trigger'] },
    act: { params: { n: '{{ item }}' }, concurrency: { limit: 3 }, parent: 'each', after: [] },
  })
  const items = Array.from({ length: 60 }, (_, n) => n)
  const run = await it.start(flow, { flowId: 'flow_loop', trigger: triggerOf({ items }) })
  const ended = await it.ended(run.runId)
  expect(ended).toMatchObject({ status: 'succeeded' })
  expect(ended.output).toEqual(items.map((n) => ({ n })))
})

test('a database that is away for a moment costs a slot nothing but time', async () => {
  const held = fresh()
  const flow = flowOf({ act: { params, concurrency: { limit: 1 }, after: ['trigger'] } })
  const first = await it.start(flow, { flowId: 'flow_away', trigger: triggerOf({ n: 1 }) })
  await held.untilBegan(1)
  const second = await it.start(flow, { flowId: 'flow_away', trigger: triggerOf({ n: 2 }) })
  await it.until(second.runId, (run) => run.status === 'waiting')
  // Nobody can give slots away while somebody else holds the table.
  const blocker = await database.pool.connect()
  await blocker.query('begin')
  await blocker.query('lock table engine.step_slots in access exclusive mode')
  held.end(1)
  await blocker.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`,
  )
  await blocker.query('commit')
  blocker.release()
  await held.untilBegan(2)
  held.endAll()
  for (const run of [first, second]) expect(await it.ended(run.runId)).toMatchObject({ status: 'succeeded' })
})
