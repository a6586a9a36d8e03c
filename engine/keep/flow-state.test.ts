import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from '../db/database.ts'
import { getState, setState } from './flow-state.ts'
import { createHolds } from '../testing/held-run.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, quietLog, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let holds: ReturnType<typeof createHolds>
let db: Database

beforeAll(async () => {
  database = await createTestDatabase()
  db = createDatabase(database.pool, quietLog)
  holds = createHolds(database, () => it)
  it = createTestEngine(database, { runCode: (call) => holds.runCode(call) })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

test('a key that was never set is null in version 0, and each change raises the version', async () => {
  const { caller, end } = await holds.start()
  expect(await getState(db, caller, 'count')).toEqual({ value: 'null', version: 0 })
  expect(await setState(db, caller, '1', { key: 'count', value: '1' })).toEqual({ version: 1 })
  expect(await setState(db, caller, '2', { key: 'count', value: '{"big":12345678901234567890}' })).toEqual({ version: 2 })
  expect(await getState(db, caller, 'count')).toEqual({ value: '{"big":12345678901234567890}', version: 2 })
  expect(await getState(db, { ...caller, flowId: 'flow_other' }, 'count')).toMatchObject({ version: 0 })
  end('1')
})

test('a change for a version that is over is refused and changes nothing', async () => {
  const { caller, end } = await holds.start()
  await setState(db, caller, '1', { key: 'stock', value: '5', ifVersion: 0 })
  await setState(db, caller, '2', { key: 'stock', value: '4', ifVersion: 1 })
  for (const ifVersion of [0, 1, 3]) {
    const late = setState(db, caller, `late ${ifVersion}`, { key: 'stock', value: '3', ifVersion })
    await expect(late).rejects.toMatchObject({ code: 'state_conflict', facts: { details: { key: 'stock', version: 2 } } })
  }
  const missing = setState(db, caller, '9', { key: 'nothing there', value: '3', ifVersion: 1 })
  await expect(missing).rejects.toMatchObject({ code: 'state_conflict' })
  expect(await getState(db, caller, 'stock')).toEqual({ value: '4', version: 2 })
  // The same call may try again with what it has read since.
  expect(await setState(db, caller, 'late 1', { key: 'stock', value: '3', ifVersion: 2 })).toEqual({ version: 3 })
  end('1')
})

test('of many who exchange the same version, one wins', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, () => holds.start()))
  const [first] = runs
  if (first) await setState(db, first.caller, 'start', { key: 'lock', value: '0' })
  const results = await Promise.allSettled(
    runs.map(({ caller, runId }) => setState(db, caller, '1', { key: 'lock', value: JSON.stringify(runId), ifVersion: 1 })),
  )
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  for (const { end } of runs) end('1')
})

test('the same call again, from whoever has the run by then, gives what it gave the first time', async () => {
  const { caller, end } = await holds.start()
  const calls = Array.from({ length: 5 }, () => setState(db, caller, '1', { key: 'total', value: '10' }))
  expect(await Promise.all(calls)).toEqual(calls.map(() => ({ version: 1 })))
  await setState(db, caller, '2', { key: 'total', value: '20' })
  expect(await setState(db, caller, '1', { key: 'total', value: '11' })).toEqual({ version: 1 })
  expect(await getState(db, caller, 'total')).toEqual({ value: '20', version: 2 })
  end('1')
})

test('a run that is no longer this worker’s changes nothing', async () => {
  const { caller, end, runId } = await holds.start()
  const formerly = { ...caller, epoch: caller.epoch - 1 }
  await expect(setState(db, formerly, '1', { key: 'mine', value: '1' })).rejects.toMatchObject({ name: 'LostRun' })
  end('1')
  await it.ended(runId)
  await expect(setState(db, caller, '1', { key: 'mine', value: '1' })).rejects.toMatchObject({ name: 'LostRun' })
  expect(await getState(db, caller, 'mine')).toMatchObject({ version: 0 })
})

test('keys that can’t be kept are refused by name', async () => {
  const { caller, end } = await holds.start()
  for (const key of ['', 'a\0b', 'x'.repeat(201), '\ud800']) {
    await expect(setState(db, caller, '1', { key, value: '1' })).rejects.toMatchObject({ code: 'invalid_input' })
  }
  const negative = setState(db, caller, '1', { key: 'a', value: '1', ifVersion: -1 })
  await expect(negative).rejects.toMatchObject({ code: 'invalid_input' })
  end('1')
})
