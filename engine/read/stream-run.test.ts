import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunStreamEvent } from '#shared/run.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let gate = Promise.withResolvers<string>()

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    async runAction({ log }) {
      log('info', 'working', { at: 'it' })
      return gate.promise
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const flow = flowOf({
  choose: { type: 'branch', params: { condition: true }, after: ['trigger'] },
  act: { after: ['choose:true'] },
  never: { type: 'set', after: ['choose:false'] },
})

async function collect(runId: string, afterId?: string): Promise<RunStreamEvent[]> {
  const events: RunStreamEvent[] = []
  for await (const event of it.engine.streamRun(testWorkspace, runId, afterId, AbortSignal.timeout(120_000))) events.push(event)
  return events
}

const short = (event: RunStreamEvent) =>
  event.type === 'step'
    ? `${event.data.path} ${event.data.status}`
    : event.type === 'run'
      ? `run ${event.data.status}`
      : event.data.message

test('a stream tells what happens as it happens, and ends with the run', async () => {
  const { runId, durable } = await it.start(flow)
  await durable
  const live: string[] = []
  for await (const event of it.engine.streamRun(testWorkspace, runId, undefined, AbortSignal.timeout(120_000))) {
    live.push(short(event))
    if (live.at(-1) === 'act running') gate.resolve('1')
  }
  expect(live).toEqual([
    'run running',
    'choose succeeded',
    'never skipped',
    'act running',
    'act succeeded',
    'working',
    'run succeeded',
  ])
  const again = await collect(runId)
  expect(again.map(short)).toEqual(['run succeeded', ...live.slice(1)])
  expect(new Set(again.map((event) => event.id)).size).toBe(again.length)

  // Whoever lost the connection goes on after the last event they saw.
  const rest = await collect(runId, again[3]?.id)
  expect(rest).toEqual(again.slice(4))
})

test('a stream follows a run that another process carries out', async () => {
  gate = Promise.withResolvers<string>()
  const web = createTestEngine(database, { role: 'web' })
  await web.engine.start()
  const { runId, durable } = await it.start(flow)
  await durable
  const seen: string[] = []
  for await (const event of web.engine.streamRun(testWorkspace, runId, undefined, AbortSignal.timeout(120_000))) {
    seen.push(short(event))
    if (event.type === 'step' && event.data.status === 'running') gate.resolve('1')
  }
  expect(seen.at(-1)).toBe('run succeeded')
  await web.engine.stop(1000)
})

test('an aborted stream ends quietly', async () => {
  gate = Promise.withResolvers<string>()
  const { runId, durable } = await it.start(flow)
  await durable
  const stop = new AbortController()
  for await (const event of it.engine.streamRun(testWorkspace, runId, undefined, stop.signal)) {
    if (event.type === 'step' && event.data.status === 'running') stop.abort()
  }
  gate.resolve('1')
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
})

test('log lines are listed with their attempt, page by page', async () => {
  gate = Promise.withResolvers<string>()
  gate.resolve('1')
  const { runId } = await it.start(flowOf({ a: { after: ['trigger'] }, b: { after: ['a'] } }))
  await it.ended(runId)
  const first = await it.engine.listLogs(testWorkspace, runId, { limit: 1 })
  expect(first.items).toMatchObject([{ path: 'a', attempt: 1, level: 'info', message: 'working', data: { at: 'it' } }])
  const second = await it.engine.listLogs(testWorkspace, runId, { limit: 1, cursor: first.nextCursor ?? '' })
  expect(second).toMatchObject({ items: [{ path: 'b' }], nextCursor: null })
})
