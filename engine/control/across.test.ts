import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FlowSettings } from '#shared/flow.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let engines: TestEngine[]
let web: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  engines = [
    createTestEngine(database, { role: 'web' }),
    createTestEngine(database, { role: 'worker' }),
    createTestEngine(database, { role: 'all' }),
  ]
  for (const one of engines) await one.engine.start()
  const [first] = engines
  if (first) web = first
})
afterAll(async () => {
  for (const one of engines) await one.engine.stop(1000)
  await database.drop()
})

const passing = (settings: FlowSettings) =>
  flowOf({ pass: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } }, settings)
const triggerOf = (n: number) => JSON.stringify({ kind: 'manual', at: 'then', body: { n } })

/** So many starts at once, on all engines by turns. */
function startMany(count: number, settings: FlowSettings, flowId: string) {
  return Promise.all(
    Array.from({ length: count }, async (_, n) =>
      (engines[n % engines.length] ?? web).tryStart(passing(settings), { flowId, trigger: triggerOf(n) }),
    ),
  )
}

test('a run started in a web process takes its turn at once with those who work', async () => {
  const settings: FlowSettings = { concurrency: { limit: 1 }, throttle: { limit: 100, per: 'hour' }, startWithin: '1h' }
  for (let n = 0; n < 3; n++) {
    const { runId } = await web.start(passing(settings), { flowId: 'flow_web', trigger: triggerOf(n) })
    expect(await web.ended(runId)).toMatchObject({ status: 'succeeded', output: { n } })
  }
})

test('a rate holds however many processes let starts in', async () => {
  const outcomes = await startMany(60, { rateLimit: { limit: 7, per: 'hour' } }, 'flow_rate')
  expect(outcomes.filter((one) => one.runId !== null)).toHaveLength(7)
})

test('starts that many processes collect are each in one batch, and no batch is above its size', async () => {
  const outcomes = await startMany(60, { batch: { size: 7, for: '1h' } }, 'flow_batch')
  expect(outcomes.filter((one) => one.runId !== null && one.created)).toHaveLength(9)
  for (const one of engines) one.clock.advance(3_600_001)
  const ids = [...new Set(outcomes.flatMap((one) => one.runId ?? []))]
  const runs = await Promise.all(ids.map((runId) => web.ended(runId)))
  const lists = runs.map((run) => (Array.isArray(run.output) ? run.output : []))
  expect(lists.map((list) => list.length).toSorted((a, b) => b - a)).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 4])
  const items = lists.flat().map((item) => Number(Reflect.get(Object(item), 'n')))
  expect(items.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n))
})

test('starts that many processes debounce are one run', async () => {
  const outcomes = await startMany(30, { debounce: { for: '1h' } }, 'flow_quiet')
  expect(new Set(outcomes.map((one) => one.runId)).size).toBe(1)
  for (const one of engines) one.clock.advance(3_600_001)
  const [first] = outcomes
  expect(await web.ended(first?.runId ?? '')).toMatchObject({ status: 'succeeded' })
})

test('a throttle lets no more through than its limit, whichever process claims', async () => {
  const outcomes = await startMany(20, { throttle: { limit: 4, per: 'hour' } }, 'flow_slow')
  const begun = async () => {
    const { items } = await web.engine.listRuns({ workspaceId: testWorkspace, flowId: 'flow_slow', limit: 50 })
    return items.filter((run) => run.startedAt !== null).length
  }
  for (let most = 4; most <= 20; most += 4) {
    await waitFor(`${most} to begin`, async () => (await begun()) >= most || undefined)
    expect(await begun()).toBe(most)
    for (const one of engines) one.clock.advance(3_600_001)
  }
  for (const { runId } of outcomes) expect(await web.ended(runId ?? '')).toMatchObject({ status: 'succeeded' })
})
