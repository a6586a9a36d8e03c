import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FlowSettings } from '#shared/flow.ts'
import { createDatabase } from '../db/database.ts'
import { deleteIdleLanes } from '../db/delete-idle-lanes.ts'
import type { StartRun } from '../engine-api.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, quietLog, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
/** What acted, by flow. */
const acts = new Map<string, unknown[]>()

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: async ({ input, inputText, run }) => {
      acts.get(run.flowId)?.push(input['n'])
      return inputText
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const acting = (settings: FlowSettings) =>
  flowOf({ act: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] } }, settings)

function starter(flowId: string, settings: FlowSettings) {
  const acted: unknown[] = []
  acts.set(flowId, acted)
  const flow = acting(settings)
  return {
    acted,
    start: async (n: unknown, more: Partial<StartRun> & { key?: string } = {}) => {
      const { key, ...rest } = more
      const trigger = JSON.stringify({ kind: 'manual', at: 'then', body: { n, key } })
      const started = await it.tryStart(flow, { flowId, trigger, ...rest })
      if (started.runId !== null) await started.durable
      return started
    },
    untilActed: (count: number) => waitFor(`${count} to act`, () => (acted.length >= count ? acted : undefined)),
    count: async () => (await database.pool.query('select from engine.runs where flow_id = $1', [flowId])).rowCount,
  }
}

const startedAt = async (flowId: string) => {
  const { rows } = await database.pool.query<{ at: number }>(
    'select (extract(epoch from started_at) * 1000)::float8 as at from engine.history where flow_id = $1 order by started_at',
    [flowId],
  )
  return rows.map((row) => row.at)
}

test('a throttle lets so many begin in any stretch of its time, the more urgent of those in line first', async () => {
  const { start, untilActed } = starter('flow_throttle', { throttle: { limit: 2, per: 'minute' } })
  for (const n of [1, 2]) await start(n)
  await untilActed(2)
  for (const [n, priority] of [
    [3, 0],
    [4, 0],
    [5, 9],
  ] as const)
    await start(n, { priority })
  it.clock.advance(30_000)
  await start(6)
  it.clock.advance(31_000)
  expect((await untilActed(4)).slice(2).toSorted()).toEqual([3, 5])
  it.clock.advance(61_000)
  expect((await untilActed(6)).slice(4).toSorted()).toEqual([4, 6])
  await waitFor('all in the history', async () => (await startedAt('flow_throttle')).length === 6 || undefined)
  const instants = await startedAt('flow_throttle')
  for (const [at, instant] of instants.slice(2).entries()) expect(instant - (instants[at] ?? 0)).toBeGreaterThanOrEqual(60_000)
})

test('throttled keys do not wait for each other, and those under one shared throttle take turns', async () => {
  const apart = starter('flow_apart', { throttle: { limit: 1, per: '1h', key: '{{ trigger.body.key }}' } })
  for (const n of ['a', 'a', 'b', 'c']) await apart.start(n, { key: n })
  expect((await apart.untilActed(3)).toSorted()).toEqual(['a', 'b', 'c'])

  const shared = starter('flow_shared', {
    throttle: { limit: 1, per: '1h' },
    concurrency: { limit: 5, key: '{{ trigger.body.key }}' },
  })
  for (const n of ['a1', 'a2', 'a3', 'a4', 'b1']) await shared.start(n, { key: n.charAt(0) })
  await shared.untilActed(1)
  for (let count = 2; count < 4; count++) {
    it.clock.advance(3_600_001)
    await shared.untilActed(count)
  }
  expect(shared.acted).toEqual(['a1', 'b1', 'a2'])
})

test('a rate limit drops what comes above it, key by key, and lets in again what its time allows', async () => {
  const { start } = starter('flow_rate', { rateLimit: { limit: 2, per: 'hour', key: '{{ trigger.body.key }}' } })
  const outcomes = await Promise.all(Array.from({ length: 5 }, (_, n) => start(n, { key: 'one' })))
  expect(outcomes.filter((one) => one.runId === null)).toEqual(
    Array.from({ length: 3 }, () => ({ runId: null, reason: 'rate_limited' })),
  )
  expect(await start(9, { key: 'other' })).toMatchObject({ created: true })
  // Far from the end of the hour, however long the starts took.
  it.clock.advance(3_000_000)
  expect(await start(10, { key: 'one' })).toMatchObject({ runId: null })
  it.clock.advance(600_100)
  expect(await start(11, { key: 'one' })).toMatchObject({ created: true })
})

test('a debounced start waits for quiet and begins from the last that came, at the latest when its longest wait is over', async () => {
  const { start, untilActed, count, acted } = starter('flow_quiet', { debounce: { for: '10m', maxWait: '25m' } })
  const first = await start(1)
  it.clock.advance(9 * 60_000)
  const second = await start(2)
  expect(second).toMatchObject({ runId: first.runId, created: false })
  expect(await it.engine.getRun(testWorkspace, first.runId ?? '')).toMatchObject({
    status: 'queued',
    waits: [{ kind: 'delay', path: '' }],
    trigger: { body: { n: 2 } },
  })
  it.clock.advance(9 * 60_000)
  await start(3)
  it.clock.advance(6 * 60_000)
  expect(acted).toEqual([])
  await start(4)
  it.clock.advance(60_001)
  expect(await untilActed(1)).toEqual([4])
  expect(await it.ended(first.runId ?? '')).toMatchObject({ status: 'succeeded', trigger: { body: { n: 4 } } })
  const next = await start(5)
  expect(next).toMatchObject({ created: true })
  expect(await count()).toBe(1)
})

test('a leading debounce begins at once and drops what follows until it has been quiet', async () => {
  const { start, untilActed } = starter('flow_leading', { debounce: { for: '10m', edge: 'leading', maxWait: '15m' } })
  expect(await start(1)).toMatchObject({ created: true })
  expect(await untilActed(1)).toEqual([1])
  it.clock.advance(9 * 60_000)
  expect(await start(2)).toEqual({ runId: null, reason: 'debounced' })
  it.clock.advance(5 * 60_000)
  expect(await start(3)).toEqual({ runId: null, reason: 'debounced' })
  it.clock.advance(61_000)
  expect(await start(4)).toMatchObject({ created: true })
})

test('a batch collects starts into one run that begins when it is full or its time is over', async () => {
  const flow = flowOf(
    { all: { type: 'output', params: { value: '{{ trigger.body }}' }, after: ['trigger'] } },
    { batch: { size: 3, for: '1h' } },
  )
  const start = (n: number, more: Partial<StartRun> = {}) =>
    it.start(flow, {
      flowId: 'flow_batch',
      trigger: `{"kind":"webhook","at":"then","body":{"n":${n},"big":12345678901234567890}}`,
      ...more,
    })
  const full = [await start(1), await start(2), await start(3)]
  expect(new Set(full.map((one) => one.runId)).size).toBe(1)
  expect(full.filter((one) => one.created)).toHaveLength(1)
  await it.ended(full[0]?.runId ?? '')
  const text = await it.engine.getRunText(testWorkspace, full[0]?.runId ?? '')
  const list = '[{"n":1,"big":12345678901234567890},{"n":2,"big":12345678901234567890},{"n":3,"big":12345678901234567890}]'
  expect(text).toContain(`"trigger":{"kind":"webhook","at":"then","body":${list}}`)
  expect(text).toContain(`"output":${list}`)

  const request = { id: 'req_batch', method: 'POST', path: 'batch', remote: '127.0.0.1', sizeBytes: 2 }
  const late = await start(4, { request, idempotencyKey: 'once' })
  const again = await start(4, { idempotencyKey: 'once' })
  const other = await start(5, { request: { ...request, id: 'req_batch2' }, idempotencyKey: 'twice' })
  expect([again, other]).toMatchObject([
    { runId: late.runId, created: false },
    { runId: late.runId, created: false },
  ])
  expect(await start(5, { idempotencyKey: 'twice' })).toMatchObject({ runId: late.runId, created: false })
  const { rows } = await database.pool.query("select run_id, state from engine.requests where path = 'batch'")
  expect(rows).toEqual(Array.from({ length: 2 }, () => ({ run_id: late.runId, state: 'started' })))
  it.clock.advance(3_600_001)
  const run = await it.ended(late.runId)
  expect(run.output).toMatchObject([{ n: 4 }, { n: 5 }])
})

test('of runs that would not begin in time, each is cancelled with the reason', async () => {
  const { start, untilActed } = starter('flow_expire', { startWithin: '5m', throttle: { limit: 1, per: 'hour' } })
  await start(1)
  await untilActed(1)
  const late = await start(2)
  const runId = late.runId ?? ''
  it.clock.advance(4 * 60_000)
  expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ status: 'queued' })
  it.clock.advance(61_000)
  expect(await it.ended(runId)).toMatchObject({ status: 'cancelled', error: { code: 'start_expired' }, startedAt: null })
  if (late.runId !== null) expect(await late.reply).toMatchObject({ status: 'cancelled', error: { code: 'start_expired' } })
  const events = []
  for await (const event of it.engine.streamRun(testWorkspace, runId, undefined, AbortSignal.timeout(120_000))) events.push(event)
  expect(events.at(-1)).toMatchObject({ type: 'run', data: { status: 'cancelled' } })
  it.clock.advance(3_600_000)
  await start(3)
  expect(await untilActed(2)).toEqual([1, 3])
})

test('a start whose key can’t be worked out is kept with the reason', async () => {
  const request = { id: 'req_key', method: 'POST', path: 'key', remote: '127.0.0.1', sizeBytes: 2 }
  const { start } = starter('flow_key', { rateLimit: { limit: 1, per: 'hour', key: '{{ trigger.body.n.toUpperCase() }}' } })
  expect(await start(1, { request })).toEqual({ runId: null, reason: 'key_failed' })
  const { rows } = await database.pool.query("select state, reason from engine.requests where id = 'req_key'")
  expect(rows).toEqual([{ state: 'kept', reason: 'key_failed' }])
})

test('a test of the draft neither uses up what the live flow may nor cancels its runs', async () => {
  const { start } = starter('flow_draft', {
    rateLimit: { limit: 1, per: 'hour' },
    singleton: { onDuplicate: 'cancelOld' },
  })
  expect(await start(1, { version: 'draft' })).toMatchObject({ created: true })
  expect(await start(2)).toMatchObject({ created: true })
  expect(await start(3, { version: 'draft' })).toEqual({ runId: null, reason: 'rate_limited' })
})

test('what flow control remembers of a key is forgotten once it says nothing any more', async () => {
  const { start } = starter('flow_idle', { rateLimit: { limit: 1, per: '2h', key: '{{ trigger.body.n }}' } })
  for (const n of [1, 2, 3]) await start(n)
  const lanes = async () => (await database.pool.query("select from engine.lanes where flow_id = 'flow_idle'")).rowCount
  const tidy = () => deleteIdleLanes(createDatabase(database.pool, quietLog), it.clock.offsetMs())
  await tidy()
  expect(await lanes()).toBe(3)
  it.clock.advance(2 * 3_600_000 + 1000)
  await tidy()
  expect(await lanes()).toBe(0)
})
