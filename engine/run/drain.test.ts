import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionRunner } from '../ports.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const two = flowOf({ first: { after: ['trigger'] }, second: { params: { saw: '{{ steps.first }}' }, after: ['first'] } })

test('a stop lets steps under way end and hands their run over, and nothing is done twice', async () => {
  const begun = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<string>()
  const calls: string[] = []
  const slow: ActionRunner = ({ run }) => {
    calls.push(run.nodeId)
    begun.resolve()
    return gate.promise
  }
  const leaving = createTestEngine(database, { runAction: slow })
  await leaving.engine.start()
  const { runId } = await leaving.start(two)
  await begun.promise
  const stopped = leaving.engine.stop(10_000)
  gate.resolve('"one"')
  await stopped
  const { rows } = await database.pool.query('select status, worker_id, ready from engine.runs where id = $1', [runId])
  expect(rows).toEqual([{ status: 'queued', worker_id: null, ready: true }])
  expect((await database.pool.query('select from engine.workers')).rowCount).toBe(0)

  const next = createTestEngine(database, {
    runAction: async ({ run, inputText }) => {
      calls.push(run.nodeId)
      return inputText
    },
  })
  await next.engine.start()
  expect(await next.ended(runId)).toMatchObject({ status: 'succeeded', output: { saw: 'one' } })
  expect(calls).toEqual(['first', 'second'])
  await next.engine.stop(1000)
})

test('a step that does not end in time is handed over as lost, which counts as nobody’s fault', async () => {
  const begun = Promise.withResolvers<void>()
  const leaving = createTestEngine(database, {
    runAction: () => {
      begun.resolve()
      return new Promise(() => undefined)
    },
  })
  await leaving.engine.start()
  const { runId } = await leaving.start(flowOf({ act: { after: ['trigger'], retry: { maxAttempts: 1 } } }))
  await begun.promise
  await leaving.engine.stop(50)
  const next = createTestEngine(database, {
    runAction: async ({ attempt, idempotencyKey }) => JSON.stringify({ attempt, idempotencyKey }),
  })
  await next.engine.start()
  expect(await next.ended(runId)).toMatchObject({ status: 'succeeded', output: { attempt: 1, idempotencyKey: `${runId}:act` } })
  const { items } = await next.engine.listSteps(testWorkspace, runId, { limit: 9 })
  expect(items[0]?.attempts.map((one) => one.outcome)).toEqual(['lost', 'succeeded'])
  await next.engine.stop(1000)
})

test('a step that must not be done twice and was lost waits for a person, visibly', async () => {
  const begun = Promise.withResolvers<void>()
  const leaving = createTestEngine(database, {
    runAction: () => {
      begun.resolve()
      return new Promise(() => undefined)
    },
  })
  await leaving.engine.start()
  const { runId } = await leaving.start(
    flowOf({
      act: { after: ['trigger'], delivery: 'atMostOnce' },
      other: { type: 'delay', params: { for: '1ms' }, after: ['trigger'] },
      next: { after: ['act'] },
    }),
  )
  await begun.promise
  await leaving.engine.stop(50)
  const calls: string[] = []
  const actions: ActionRunner = async ({ run }) => {
    calls.push(run.nodeId)
    return 'null'
  }
  const next = createTestEngine(database, { runAction: actions })
  await next.engine.start()
  const waiting = await next.until(runId, (run) => run.status === 'waiting')
  expect(waiting.waits).toMatchObject([{ path: 'act', kind: 'inDoubt', name: 'act' }])
  await next.engine.stop(1000)

  const last = createTestEngine(database, { runAction: actions })
  await last.engine.start()
  await last.engine.cancelRun(testWorkspace, runId, 'somebody', 'now')
  expect(await last.ended(runId)).toMatchObject({ status: 'cancelled', waits: [] })
  expect((await database.pool.query('select from engine.waits where run_id = $1', [runId])).rowCount).toBe(0)
  expect(calls).toEqual([])
  await last.engine.stop(1000)
})

test('a run that is accepted after the engine has stopped waits for the next one, and holds no connection', async () => {
  const leaving = createTestEngine(database)
  await leaving.engine.start()
  await leaving.engine.stop(1000)
  const { runId, durable } = await leaving.start(two)
  await durable
  // A pool ends only when every connection is back.
  await waitFor('every connection to be back', () => database.pool.idleCount === database.pool.totalCount || undefined)
  const next = createTestEngine(database)
  await next.engine.start()
  expect(await next.ended(runId)).toMatchObject({ status: 'succeeded' })
  await next.engine.stop(1000)
})

test('a run started in a web process is carried out by a worker, and its answer comes back', async () => {
  const web = createTestEngine(database, { role: 'web' })
  const worker = createTestEngine(database, { role: 'worker' })
  await worker.engine.start()
  await web.engine.start()
  const flow = flowOf({
    act: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] },
    answer: { type: 'respond', params: { status: 201, body: '{{ steps.act.n }}' }, after: ['act'] },
  })
  const { runId, reply } = await web.start(flow)
  expect(await reply).toEqual({ kind: 'respond', status: 201, headers: {}, body: '1' })
  expect(await web.ended(runId)).toMatchObject({ status: 'succeeded' })
  await web.engine.stop(1000)
  await worker.engine.stop(1000)
})
