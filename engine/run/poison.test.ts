import { afterAll, beforeAll, expect, test } from 'vitest'
import { killEngineProcesses, startEngineProcess } from '../testing/engine-process.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace } from '../testing/test-engine.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create table public.ledger (key text not null)')
})
afterAll(async () => {
  await killEngineProcesses()
  await database.drop()
})

/** A process whose action kills it, as one with a bug in native code would. */
async function dieOnce(options: { idle?: true } = {}): Promise<void> {
  const { over } = startEngineProcess(new URL('../testing/crash-child.ts', import.meta.url), database.url, {
    deadly: true,
    ...options,
  })
  expect(await over).toMatchObject({ signal: 'SIGKILL' })
}

test('a step that kills the process three times is not tried a fourth time', async () => {
  await dieOnce()
  await dieOnce({ idle: true })
  await dieOnce({ idle: true })
  const it = createTestEngine(database, { runAction: () => Promise.reject(new Error('it must not be called again')) })
  await it.engine.start()
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, limit: 2 })
  const runId = items[0]?.id ?? ''
  expect(await it.ended(runId)).toMatchObject({ status: 'failed', error: { code: 'poisoned', path: 'a' } })
  expect((await database.pool.query('select from public.ledger')).rowCount).toBe(3)
  await it.engine.stop(1000)
})
