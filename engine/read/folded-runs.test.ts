import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database)
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const loop = flowOf({
  each: { type: 'forEach', params: { items: '{{ trigger.body.lines }}', concurrency: 10 }, after: ['trigger'] },
  work: { type: 'test.act', parent: 'each', params: { n: '{{ item }}' }, after: [] },
  hold: { type: 'waitForCall', after: ['each'] },
})
const lines = Array.from({ length: 3000 }, (_, n) => n)

test('what has happened since the last look is seen by the next, and many may look at once', async () => {
  const { runId } = await it.start(loop, { trigger: JSON.stringify({ body: { lines } }) })
  // Looked at all the time while it goes on.
  const waiting = it.until(runId, (run) => run.status === 'waiting')
  let isWaiting = false
  void waiting.then(() => {
    isWaiting = true
  })
  while (!isWaiting) {
    const looks = Array.from({ length: 3 }, () => it.engine.summarizeSteps(testWorkspace, runId))
    for (const summary of await Promise.all(looks)) expect(summary?.byNode['work']?.failed).toBeUndefined()
  }
  expect(await it.engine.summarizeSteps(testWorkspace, runId)).toEqual({
    total: 3002,
    byStatus: { succeeded: 3001, waiting: 1 },
    byNode: { each: { succeeded: 1 }, work: { succeeded: 3000 }, hold: { waiting: 1 } },
  })
  await it.engine.cancelRun(testWorkspace, runId, 'test', 'now')
  await it.ended(runId)
  expect(await it.engine.summarizeSteps(testWorkspace, runId)).toMatchObject({ byNode: { hold: { cancelled: 1 } } })
})

test('pages from one fold are the same as those of a process that looks for the first time', async () => {
  const { runId } = await it.start(loop, { trigger: JSON.stringify({ body: { lines: lines.slice(0, 30) } }) })
  await it.until(runId, (run) => run.status === 'waiting')
  const other = createTestEngine(database, { role: 'web' })
  for (const page of [
    { limit: 10 },
    { limit: 10, cursor: '10' },
    { limit: 5, around: 'failed' as const },
    { limit: 50, parent: 'each' },
  ]) {
    const here = await it.engine.listStepsText(testWorkspace, runId, page)
    expect(here).toBe(await it.engine.listStepsText(testWorkspace, runId, page))
    expect(here).toBe(await other.engine.listStepsText(testWorkspace, runId, page))
  }
  expect(await other.engine.summarizeSteps('ws_other', runId)).toBeUndefined()
})
