import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createHeldActions } from '../testing/held-actions.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
const actions = createHeldActions()

beforeAll(async () => {
  database = await createTestDatabase()
  // Two large triggers: the first leaves room, the second none.
  const limits = { ...defaultLimits, triggerBytes: 300_000 }
  it = createTestEngine(database, { runAction: actions.run, limits })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const flow = flowOf({ act: { type: 'test.act', params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } })
let requests = 0
const start = (n: string, length: number) => {
  const trigger = JSON.stringify({ kind: 'webhook', body: { n, padding: 'x'.repeat(length) } })
  const id = `req_${String(++requests).padStart(26, '0')}`
  return it.start(flow, {
    trigger,
    request: { id, method: 'POST', path: 'p', remote: '127.0.0.1', sizeBytes: trigger.length },
  })
}

test('runs with large triggers begin only while there is room for these, each with its own, and keep no small one waiting', async () => {
  const runs = [await start('a', 200_000), await start('b', 200_000)]
  await actions.untilBegan(2)
  for (const name of ['c', 'd', 'e']) runs.push(await start(name, 200_000))
  await Promise.all(runs.map((run) => run.durable))
  for (const name of ['small 1', 'small 2', 'small 3']) runs.push(await start(name, 10))
  const began = await actions.untilBegan(5)
  expect(began.toSorted()).toEqual(['a', 'b', 'small 1', 'small 2', 'small 3'])
  actions.end('a')
  expect(['c', 'd', 'e']).toContain((await actions.untilBegan(6))[5])
  actions.endAll()
  for (const { runId } of runs) expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
  expect(actions.began.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'small 1', 'small 2', 'small 3'])
})

test('an engine that stops gives away runs that waited for room', async () => {
  const other = createHeldActions()
  const stopping = createTestEngine(database, { runAction: other.run, limits: { ...defaultLimits, triggerBytes: 1 } })
  await it.engine.stop(1000)
  it = stopping
  await it.engine.start()
  await start('f', 200_000)
  await other.untilBegan(1)
  const waiting = await start('g', 200_000)
  await waiting.durable
  const stopped = it.engine.stop(60_000)
  other.endAll()
  await stopped
  it = createTestEngine(database, { runAction: async ({ inputText }) => inputText })
  await it.engine.start()
  expect(await it.ended(waiting.runId)).toMatchObject({ status: 'succeeded' })
})
