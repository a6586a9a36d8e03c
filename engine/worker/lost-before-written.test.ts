import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
const gate = Promise.withResolvers<string>()

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, { leaseMs: 1500, runCode: () => gate.promise })
  await it.engine.start()
})
afterAll(async () => {
  gate.resolve('1')
  await it.engine.stop(1000)
  await database.drop()
})

const thinks = flowOf({
  work: { type: 'code', after: ['trigger'], code: { code: '', map: '', hash: 'h' } },
})

test('a run that was not written before its worker counted as gone is told of as none, whenever somebody asks', async () => {
  // Its heart can't beat, and so not tell it, until the run has been refused.
  const blocker = await database.pool.connect()
  await blocker.query(
    "begin; update engine.workers set state = 'gone'; commit; begin; select from engine.workers for no key update",
  )
  const run = await it.start(thinks, { isAwaited: true })
  // Whoever was held until its time was over asks only now, long after it is known.
  await expect(run.reply).rejects.toMatchObject({ code: 'not_ready' })
  await expect(run.durable).rejects.toMatchObject({ code: 'not_ready' })
  expect(await it.engine.getRun(testWorkspace, run.runId)).toBeUndefined()
  await blocker.query('rollback')
  blocker.release()
  await waitFor('the worker to begin again', async () => {
    const { rowCount } = await database.pool.query("select from engine.workers where state = 'live'")
    return rowCount === 1 || undefined
  })
})
