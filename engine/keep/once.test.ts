import { AppError } from '#shared/errors.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from '../db/database.ts'
import { beginOnce, endOnce, giveUpOnce } from './once.ts'
import { createHolds, type HeldRun } from '../testing/held-run.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, quietLog, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let holds: ReturnType<typeof createHolds>
let db: Database
const never = new AbortController().signal
const callOf = ({ caller }: HeldRun, call = '1', attempt = 1) => ({ ...caller, call, attempt })

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

test('the first run does it, and all others get what it gave', async () => {
  const [one, two] = [await holds.start(), await holds.start()]
  expect(await beginOnce(db, callOf(one), 'welcome', never)).toEqual({ isDone: false })
  const waiting = beginOnce(db, callOf(two), 'welcome', never)
  expect(await endOnce(db, callOf(one), 'welcome', '{"sent":1}')).toBe('{"sent":1}')
  expect(await waiting).toEqual({ isDone: true, value: '{"sent":1}' })
  expect(await beginOnce(db, callOf(one), 'welcome', never)).toEqual({ isDone: true, value: '{"sent":1}' })
  one.end('1')
  two.end('1')
})

test('of many who ask at once, one does it', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, () => holds.start()))
  let done = 0
  const values = await Promise.all(
    runs.map(async (run) => {
      const answer = await beginOnce(db, callOf(run), 'rush', never)
      if (answer.isDone) return answer.value
      done++
      return endOnce(db, callOf(run), 'rush', JSON.stringify(run.runId))
    }),
  )
  expect(done).toBe(1)
  expect(new Set(values).size).toBe(1)
  for (const { end } of runs) end('1')
})

test('what failed is done by the next who asks', async () => {
  const [one, two] = [await holds.start(), await holds.start()]
  await beginOnce(db, callOf(one), 'flaky', never)
  const waiting = beginOnce(db, callOf(two), 'flaky', never)
  await giveUpOnce(db, callOf(one), 'flaky')
  expect(await waiting).toEqual({ isDone: false })
  one.end('1')
  two.end('1')
})

test('a claim counts no more once its attempt has ended, without anybody giving it up', async () => {
  const [one, two] = [await holds.start(), await holds.start()]
  await beginOnce(db, callOf(one), 'dropped', never)
  const waiting = beginOnce(db, callOf(two), 'dropped', never)
  one.end(new AppError('code_error', 'no', { retryable: false }))
  await it.ended(one.runId)
  expect(await waiting).toEqual({ isDone: false })
  // Whoever comes late with a result of their own is given the one that counts.
  await endOnce(db, callOf(two), 'dropped', '2')
  await expect(endOnce(db, callOf(one), 'dropped', '1')).resolves.toBe('2')
  two.end('1')
})

test('a failed run that is tried again does what it has not done', async () => {
  const one = await holds.start()
  await beginOnce(db, callOf(one), 'again', never)
  one.end(new AppError('code_error', 'no', { retryable: false }))
  await it.ended(one.runId)
  const again = await holds.next('flow_test', () => it.engine.retryRun(testWorkspace, one.runId, 'test'))
  expect(await beginOnce(db, callOf(again, '1', 2), 'again', never)).toEqual({ isDone: false })
  await endOnce(db, callOf(again, '1', 2), 'again', '7')
  again.end('1')
})

test('a second call under the same key in the same step is refused instead of waiting for itself', async () => {
  const one = await holds.start()
  await beginOnce(db, callOf(one, '1'), 'twice', never)
  await expect(beginOnce(db, callOf(one, '2'), 'twice', never)).rejects.toMatchObject({ code: 'invalid_input' })
  one.end('1')
})

test('who waits can be stopped', async () => {
  const [one, two] = [await holds.start(), await holds.start()]
  await beginOnce(db, callOf(one), 'stopped', never)
  const stop = new AbortController()
  const waiting = beginOnce(db, callOf(two), 'stopped', stop.signal)
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  one.end('1')
  two.end('1')
})

test('a former owner claims nothing', async () => {
  const one = await holds.start()
  const formerly = { ...callOf(one), epoch: one.caller.epoch - 1 }
  await expect(beginOnce(db, formerly, 'old', never)).rejects.toMatchObject({ name: 'LostRun' })
  one.end('1')
})
