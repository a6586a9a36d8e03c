import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let web: TestEngine
let worker: TestEngine
let listener: pg.Client
const heard: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  web = createTestEngine(database, { role: 'web' })
  worker = createTestEngine(database, { role: 'worker' })
  await Promise.all([web.engine.start(), worker.engine.start()])
  listener = new pg.Client({ connectionString: database.url })
  await listener.connect()
  listener.on('notification', ({ payload }) => heard.push(payload ?? ''))
  await listener.query('listen holdfast_engine')
})
afterAll(async () => {
  await listener.end()
  await Promise.all([web.engine.stop(1000), worker.engine.stop(1000)])
  await database.drop()
})

const tellings = (runId: string) => heard.filter((payload) => payload === JSON.stringify({ kind: 'answered', runId }))

const pure = flowOf({ end: { type: 'output', params: { value: '{{ trigger.body.n * 2 }}' }, after: ['trigger'] } })
const answering = flowOf({
  reply: { type: 'respond', params: { status: 201, body: '{{ trigger.body.n }}' }, after: ['trigger'] },
  after: { params: { n: 1 }, after: ['reply'] },
})

test('the process that holds a call is told of the answer by the one that carried the run out', async () => {
  const ended = await web.start(pure, { isAwaited: true })
  expect(await ended.reply).toEqual({ kind: 'ended', status: 'succeeded', output: '2' })
  await waitFor('the telling', () => tellings(ended.runId)[0])

  const answered = await web.start(answering, { isAwaited: true })
  expect(await answered.reply).toMatchObject({ kind: 'respond', status: 201, body: '1' })
  await worker.ended(answered.runId)
  await waitFor('the telling', () => tellings(answered.runId)[0])
  expect(tellings(answered.runId)).toHaveLength(1)
})

test('nobody is told of runs that nobody waits for', async () => {
  const { runId } = await web.start(pure)
  await worker.ended(runId)
  const next = await web.start(pure, { isAwaited: true })
  await next.reply
  await waitFor('the telling', () => tellings(next.runId)[0])
  expect(tellings(runId)).toEqual([])
})
