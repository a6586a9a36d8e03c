import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { type Published, scheduleTrigger, setSchedules, startedTimes } from '../testing/schedule-flow.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { createFakeClock } from '../testing/fake-clock.ts'

const hourMs = 3_600_000

let database: TestDatabase
/** Two servers with one clock. */
let it: TestEngine
let other: TestEngine
let plan: string
let flows = 0
const clock = createFakeClock()

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, { clock })
  other = createTestEngine(database, { clock })
  plan = await it.engine.savePlan(
    flowOf({ say: { type: 'set', params: { values: { at: '{{ trigger.scheduledAt }}' } }, after: ['trigger'] } }),
  )
  await Promise.all([it.engine.start(), other.engine.start()])
})
afterAll(async () => {
  await Promise.all([it.engine.stop(1000), other.engine.stop(1000)])
  await database.drop()
})

const put = (flow: Omit<Published, 'planHash'> & { planHash?: string }) =>
  setSchedules(it.engine, database, { planHash: plan, ...flow })
const standing = async (flowId: string) => (await it.engine.listSchedules(testWorkspace, flowId))[0]
const freshFlow = () => `flow_schedule${++flows}`

/** Moves the clock to `afterMs` past the flow's next time. */
async function reach(flowId: string, afterMs = 0): Promise<number> {
  const next = (await standing(flowId))?.nextAt
  if (typeof next !== 'number') throw new Error('No time comes any more')
  const { rows } = await database.pool.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  )
  clock.advance(next + afterMs - ((rows[0]?.now ?? 0) + clock.offsetMs()))
  return next
}
/** Resolves once all times up to the clock are seen to. The next one is never so near that it could be taken for seen to. */
async function settled(flowId: string): Promise<void> {
  await waitFor('the schedule to be seen to', async () => {
    const row = await standing(flowId)
    return row && (row.dueAt === null || row.dueAt > Date.now() + clock.offsetMs() + 500) ? true : undefined
  })
}
const iso = (ms: number) => new Date(ms).toISOString()

test('a time that comes starts one run, which knows its time, with two servers looking', async () => {
  const flowId = freshFlow()
  await put({ flowId, triggers: [scheduleTrigger('0 * * * *')] })
  const times: string[] = []
  for (let n = 0; n < 3; n++) {
    times.push(iso(await reach(flowId, 5)))
    await settled(flowId)
  }
  expect(await startedTimes(database, flowId)).toEqual(times)
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 9 })
  const newest = items[0]
  if (!newest) throw new Error('There is no run')
  const run = await it.ended(newest.id)
  expect(run).toMatchObject({
    status: 'succeeded',
    output: { at: times[2] },
    trigger: { kind: 'schedule', scheduledAt: times[2], body: null },
  })
  // Never early.
  expect(Date.parse(run.createdAt)).toBeGreaterThanOrEqual(Date.parse(times[2] ?? ''))
})

test('several rules of one trigger are one schedule; what they share starts one run', async () => {
  const flowId = freshFlow()
  await put({ flowId, triggers: [scheduleTrigger(['0 */2 * * *', '0 */3 * * *'])] })
  const begun = (await standing(flowId))?.nextAt ?? 0
  await reach(flowId)
  for (let n = 0; n < 8; n++) {
    await settled(flowId)
    await reach(flowId)
  }
  await settled(flowId)
  const hours = (await startedTimes(database, flowId)).map((time) => (Date.parse(time) / hourMs) % 24)
  const expected = Array.from({ length: 24 }, (_, n) => begun / hourMs + n)
    .map((hour) => hour % 24)
    .filter((hour) => hour % 2 === 0 || hour % 3 === 0)
    .slice(0, 9)
  expect(hours).toEqual(expected)
})

test('each trigger of a flow is a schedule of its own', async () => {
  const flowId = freshFlow()
  await put({ flowId, triggers: [scheduleTrigger('0 * * * *', {}, 'a'), scheduleTrigger('0 * * * *', {}, 'b')] })
  const time = iso(await reach(flowId))
  await waitFor('both to start', async () => ((await startedTimes(database, flowId)).length === 2 ? true : undefined))
  expect(await startedTimes(database, flowId)).toEqual([time, time])
})

describe('while no time could be seen to', () => {
  test.each([
    ['skip', 0],
    ['one', 1],
    ['all', 5],
  ] as const)('because the flow was paused, %s starts %i of five missed times when it goes on', async (missed, count) => {
    const flowId = freshFlow()
    await put({ flowId, triggers: [scheduleTrigger('0 * * * *', { missed })] })
    const first = (await standing(flowId))?.nextAt ?? 0
    await pause(flowId, true)
    await reach(flowId, 4 * hourMs + 30 * 60_000)
    await new Promise(setImmediate)
    expect(await startedTimes(database, flowId)).toEqual([])
    expect((await standing(flowId))?.nextAt).toBe(first)
    await pause(flowId, false)
    await settled(flowId)
    const all = [0, 1, 2, 3, 4].map((n) => iso(first + n * hourMs))
    expect(await startedTimes(database, flowId)).toEqual(count === 0 ? [] : all.slice(-count))
    expect((await standing(flowId))?.nextAt).toBe(first + 5 * hourMs)
  })

  test('more than fit into one transaction are made up for all the same, each once', async () => {
    const flowId = freshFlow()
    await put({ flowId, triggers: [scheduleTrigger('* * * * *', { missed: 'all' })] })
    await pause(flowId, true)
    const first = await reach(flowId, 250 * 60_000 + 1000)
    await pause(flowId, false)
    await settled(flowId)
    expect(await startedTimes(database, flowId)).toEqual(Array.from({ length: 251 }, (_, n) => iso(first + n * 60_000)))
  })

  async function pause(flowId: string, isPaused: boolean): Promise<void> {
    const client = await database.pool.connect()
    if (isPaused) await it.engine.pauseFlow(testWorkspace, flowId, client)
    else await it.engine.resumeFlow(testWorkspace, flowId, client)
    client.release()
    await it.engine.pausesChanged()
  }
})

describe('publishing', () => {
  test('the same times anew lets the schedule go on where it stood, with the new version', async () => {
    const flowId = freshFlow()
    await put({ flowId, triggers: [scheduleTrigger('0 * * * *')] })
    const before = await standing(flowId)
    clock.advance(10_000)
    await put({ flowId, version: 2, triggers: [scheduleTrigger('0 * * * *', { missed: 'one' })] })
    expect(await standing(flowId)).toMatchObject({ version: 2, nextAt: before?.nextAt })
    await reach(flowId)
    await settled(flowId)
    const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 9 })
    expect(items).toMatchObject([{ version: 2 }])
  })

  test('other times begins now: nothing is made up for that the old ones would have meant', async () => {
    const flowId = freshFlow()
    await put({ flowId, triggers: [scheduleTrigger('0 0 1 1 *', { missed: 'all' })] })
    await put({ flowId, version: 2, triggers: [scheduleTrigger('30 * * * *', { missed: 'all' })] })
    const row = await standing(flowId)
    expect(new Date(row?.nextAt ?? 0).getUTCMinutes()).toBe(30)
    expect((row?.nextAt ?? 0) - Date.now() - clock.offsetMs()).toBeLessThanOrEqual(hourMs)
    expect(await startedTimes(database, flowId)).toEqual([])
  })

  test('without the trigger, or turning the flow off, ends it; on again it begins then', async () => {
    const flowId = freshFlow()
    await put({ flowId, triggers: [scheduleTrigger('0 * * * *', { missed: 'all' })] })
    await put({ flowId, isOn: false, triggers: [scheduleTrigger('0 * * * *', { missed: 'all' })] })
    expect(await standing(flowId)).toMatchObject({ nextAt: null, dueAt: null })
    clock.advance(5 * hourMs)
    await put({ flowId, triggers: [scheduleTrigger('0 * * * *', { missed: 'all' })] })
    expect((await standing(flowId))?.nextAt).toBeGreaterThan(Date.now() + clock.offsetMs() - 1000)
    await put({ flowId, version: 2, triggers: [] })
    expect(await standing(flowId)).toBeUndefined()
    clock.advance(2 * hourMs)
    await new Promise(setImmediate)
    expect(await startedTimes(database, flowId)).toEqual([])
  })

  test('an end lets no time come after it', async () => {
    const flowId = freshFlow()
    const now = Date.now() + clock.offsetMs()
    await put({ flowId, triggers: [scheduleTrigger('0 * * * *', { endsAt: iso(now + 2.5 * hourMs) })] })
    await reach(flowId)
    await settled(flowId)
    await reach(flowId)
    await settled(flowId)
    expect(await standing(flowId)).toMatchObject({ nextAt: null })
    expect(await startedTimes(database, flowId)).toHaveLength(2)
  })
})

test('a flow that limits its starts limits those by the clock too', async () => {
  const flowId = freshFlow()
  const limited = await it.engine.savePlan(
    flowOf(
      { hold: { type: 'waitForEvent', params: { name: 'never' }, after: ['trigger'] } },
      { singleton: { onDuplicate: 'skip' } },
    ),
  )
  await put({ flowId, planHash: limited, triggers: [scheduleTrigger('0 * * * *')] })
  const first = iso(await reach(flowId))
  await settled(flowId)
  const second = iso(await reach(flowId))
  await settled(flowId)
  expect(await startedTimes(database, flowId)).toEqual([first])
  // What was dropped lies in the inbox, and tells which time it was.
  const { items } = await it.engine.listRequests({ workspaceId: testWorkspace, flowId, limit: 9 })
  expect(items).toMatchObject([{ state: 'kept', reason: 'singleton', method: 'TIME', path: 'schedule/trigger' }])
  expect(JSON.parse(items[0]?.trigger ?? '')).toMatchObject({ kind: 'schedule', scheduledAt: second })
})

test('one whose plan is gone does not keep the others from their time', async () => {
  const broken = freshFlow()
  const flowId = freshFlow()
  await put({ flowId: broken, planHash: 'nowhere', triggers: [scheduleTrigger('0 * * * *')] })
  await put({ flowId, triggers: [scheduleTrigger('0 * * * *')] })
  const time = iso(await reach(flowId))
  await waitFor('the other one to start', async () => ((await startedTimes(database, flowId)).length === 1 ? true : undefined))
  expect(await startedTimes(database, flowId)).toEqual([time])
  expect(await standing(broken)).toMatchObject({ nextAt: Date.parse(time) })
})

test('a server that knows other time zones works out anew what comes next', async () => {
  const flowId = freshFlow()
  await put({ flowId, triggers: [scheduleTrigger('0 0 1 * *')] })
  const right = (await standing(flowId))?.nextAt ?? 0
  await database.pool.query(
    `update engine.schedules set zones = '2010a', next_at = next_at + interval '1 hour', due_at = due_at + interval '1 hour'
     where flow_id = $1`,
    [flowId],
  )
  const fresh = createTestEngine(database, { clock })
  await fresh.engine.start()
  await waitFor('the time to be right', async () => ((await standing(flowId))?.nextAt === right ? true : undefined))
  expect(await standing(flowId)).toMatchObject({ nextAt: right, dueAt: right, zones: process.versions['tz'] })
  await fresh.engine.stop(1000)
})
