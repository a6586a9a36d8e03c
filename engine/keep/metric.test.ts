import { AppError } from '#shared/errors.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readMetric } from './metric.ts'
import type { CodeCall } from '../ports.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let runCode: (call: CodeCall) => Promise<string>

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, { runCode: (call) => runCode(call) })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const flow = flowOf({
  work: {
    type: 'code',
    params: { code: '…' },
    code: { hash: 'h', code: '', map: '' },
    retry: { maxAttempts: 3, minDelayMs: 1, maxDelayMs: 1 },
    after: ['trigger'],
  },
})
const countedBy = async (runId: string) =>
  (await database.pool.query('select path, name, value, tags from engine.metrics where run_id = $1 order by seq, n', [runId]))
    .rows

test('a step counts once, however many attempts it takes', async () => {
  let attempts = 0
  runCode = async ({ metric }) => {
    metric('orders.paid', 12.5, { country: 'DE' })
    if (++attempts < 3) throw new AppError('code_error', 'not yet')
    metric('orders', 1)
    return 'null'
  }
  const { runId, reply } = await it.start(flow, { flowId: 'flow_counting' })
  await reply
  expect(attempts).toBe(3)
  expect(await countedBy(runId)).toEqual([
    { path: 'work', name: 'orders.paid', value: 12.5, tags: '{"country":"DE"}' },
    { path: 'work', name: 'orders', value: 1, tags: null },
  ])
  const { flows } = await it.engine.metrics()
  expect(flows.filter((one) => one.flowId === 'flow_counting')).toEqual([
    { flowId: 'flow_counting', name: 'orders.paid', count: 1, sum: 12.5 },
    { flowId: 'flow_counting', name: 'orders', count: 1, sum: 1 },
  ])
})

test('a step that failed for good counts too, and anew when a person lets it try again', async () => {
  let isDown = true
  runCode = async ({ metric }) => {
    metric('declined', isDown ? 1 : 0)
    if (isDown) throw new AppError('code_error', 'no', { retryable: false })
    return 'null'
  }
  const { runId } = await it.start(flow)
  await it.ended(runId)
  expect(await countedBy(runId)).toMatchObject([{ name: 'declined', value: 1 }])
  isDown = false
  await it.engine.retryRun(testWorkspace, runId, 'test')
  await it.until(runId, (run) => run.status === 'succeeded')
  expect(await countedBy(runId)).toMatchObject([{ name: 'declined', value: 0 }])
})

test('what is no number or has no name is refused', () => {
  for (const [name, value, tags] of [
    ['', 1],
    ['a b', 1],
    [7, 1],
    ['a', '1'],
    ['a', NaN],
    ['a', 1, 'x'],
    ['a', 1, ['x']],
  ]) {
    expect(() => readMetric(0, name, value, tags)).toThrow(AppError)
  }
  expect(readMetric(5, 'a', 1, { n: 3, ok: true })).toEqual({ at: 5, name: 'a', value: 1, tags: { n: '3', ok: 'true' } })
})
