import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FlowSettings } from '#shared/flow.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createHeldActions } from '../testing/held-actions.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { watchLimits } from '../testing/watch-limits.ts'

let database: TestDatabase
let it: TestEngine
let other: TestEngine
let limits: Awaited<ReturnType<typeof watchLimits>>
let held = createHeldActions()

beforeAll(async () => {
  database = await createTestDatabase()
  limits = await watchLimits(database.pool)
  it = createTestEngine(database, { runAction: (call) => held.run(call) })
  other = createTestEngine(database, { runAction: (call) => held.run(call) })
  await it.engine.start()
  await other.engine.start()
})
afterAll(async () => {
  held.endAll()
  await it.engine.stop(1000)
  await other.engine.stop(1000)
  expect(await limits()).toMatchObject({ above: 0 })
  await database.drop()
})

const acting = (settings: FlowSettings) =>
  flowOf({ act: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } }, settings)
const triggerOf = (body: object) => JSON.stringify({ kind: 'manual', body })

test('while one run of a key is unfinished, others are not started, on whatever engine', async () => {
  held = createHeldActions()
  const flow = acting({ singleton: { key: '{{ trigger.body.key }}' } })
  const start = (on: TestEngine, n: number, key: string) =>
    on.tryStart(flow, { flowId: 'flow_only', trigger: triggerOf({ n, key }) })
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => start(n % 2 ? it : other, n, 'a')))
  const [only, ...more] = outcomes.filter((one) => one.runId !== null)
  expect(more).toEqual([])
  expect(outcomes.filter((one) => one.runId === null)).toEqual(
    Array.from({ length: 9 }, () => ({ runId: null, reason: 'singleton' })),
  )
  expect(await start(it, 10, 'b')).toMatchObject({ created: true })
  await held.untilBegan(2)
  held.endAll()
  await it.ended(only?.runId ?? '')
  const next = await start(other, 11, 'a')
  expect(next).toMatchObject({ created: true })
  await it.ended(next.runId ?? '')
})

test('a new run cancels the old one and begins when that is over', async () => {
  held = createHeldActions()
  const flow = acting({ singleton: { onDuplicate: 'cancelOld' } })
  const start = (on: TestEngine, n: number) => on.start(flow, { flowId: 'flow_newest', trigger: triggerOf({ n }) })
  const runs = [await start(it, 1)]
  await held.untilBegan(1)
  runs.push(await start(other, 2), await start(it, 3))
  await waitFor('the newest to begin', () => held.began.includes(3) || undefined)
  // The one between begins too where the first is over before the last comes.
  expect(held.began.filter((n) => n !== 2)).toEqual([1, 3])
  expect(held.began.at(-1)).toBe(3)
  for (const run of runs.slice(0, 2)) expect(await it.ended(run.runId)).toMatchObject({ status: 'cancelled' })
  held.endAll()
  expect(await it.ended(runs[2]?.runId ?? '')).toMatchObject({ status: 'succeeded' })
})

test('an old one that waits is cancelled too', async () => {
  held = createHeldActions()
  const settings: FlowSettings = { singleton: { onDuplicate: 'cancelOld' } }
  const waiting = flowOf({ wait: { type: 'waitForCall', after: ['trigger'] } }, settings)
  const old = await it.start(waiting, { flowId: 'flow_waiting' })
  await it.until(old.runId, (run) => run.status === 'waiting')
  const fresh = await it.start(waiting, { flowId: 'flow_waiting' })
  expect(await it.ended(old.runId)).toMatchObject({ status: 'cancelled' })
  expect(await it.until(fresh.runId, (run) => run.status === 'waiting')).toMatchObject({ waits: [{ kind: 'call' }] })
  await it.engine.cancelRun(testWorkspace, fresh.runId, 'test', 'now')
  await it.ended(fresh.runId)
})
