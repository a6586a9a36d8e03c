import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { loopbackEgress, pollTrigger, setPolls, sourcePoller, startedKeys, startPollSource } from '../testing/poll-source.ts'
import { scheduleTrigger, setSchedules, startedTimes } from '../testing/schedule-flow.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

// Whatever a process does whose hints are all lost is found by the others, which hear well and so look seldom.

let database: TestDatabase
let muted: pg.Pool
/** Does everything there is to do. */
let worker: TestEngine
/** Takes requests alone, and nobody hears it. */
let unheard: TestEngine
let keptSeen = 0
let plan: string
const clock = createFakeClock()
/** A process looks three times in it. */
const leaseMs = 3000
const say = { say: { type: 'set', params: { values: { key: '{{ trigger.body }}' } }, after: ['trigger'] } }

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    `create schema muted; create function muted.pg_notify(text, text) returns void language sql as 'select'`,
  )
  muted = new pg.Pool({ connectionString: database.url, max: 4, options: '-c search_path=muted,pg_catalog,public' })
  const options = {
    clock,
    leaseMs,
    poll: sourcePoller,
    fetch: loopbackEgress,
    onKept: () => void keptSeen++,
    findEventStarts: async () => [{ flowId: 'flow_listening', version: 1, planHash: plan, triggerId: 'trigger' }],
  }
  worker = createTestEngine(database, options)
  unheard = createTestEngine({ url: database.url, pool: muted }, { ...options, role: 'web' })
  plan = await worker.engine.savePlan(flowOf(say))
  await Promise.all([worker.engine.start(), unheard.engine.start()])
})
afterAll(async () => {
  await Promise.all([worker.engine.stop(1000), unheard.engine.stop(1000)])
  await muted.end()
  await database.drop()
})

/** In a transaction of somebody whom nobody hears. */
async function silently(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await muted.connect()
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } finally {
    client.release()
  }
}

test('a run that nobody was told of is claimed', async () => {
  const { runId } = await unheard.start(flowOf(say))
  expect(await worker.ended(runId)).toMatchObject({ status: 'succeeded' })
})

test('so is one in a lane', async () => {
  const { runId } = await unheard.start(flowOf(say, { concurrency: { limit: 1 } }), { flowId: 'flow_lane' })
  expect(await worker.ended(runId)).toMatchObject({ status: 'succeeded' })
})

test('a run that sleeps is woken at its time, when the one who put it to sleep told nobody', async () => {
  const gone = createTestEngine({ url: database.url, pool: muted }, { clock })
  await gone.engine.start()
  const { runId } = await gone.start(flowOf({ nap: { type: 'delay', params: { for: '1h' }, after: ['trigger'] } }))
  await gone.until(runId, (run) => run.status === 'waiting')
  await gone.engine.stop(1000)
  clock.advance(3_600_000)
  expect(await worker.ended(runId)).toMatchObject({ status: 'succeeded' })
})

test('a schedule that nobody was told of starts its run in time', async () => {
  const flowId = 'flow_schedule'
  const triggers = [scheduleTrigger('* * * * * *')]
  await setSchedules(unheard.engine, { pool: muted }, { flowId, planHash: plan, triggers })
  await waitFor('a run of its time', async () => (await startedTimes(database, flowId)).length > 0 || undefined)
  await setSchedules(unheard.engine, { pool: muted }, { flowId, planHash: plan, triggers: [] })
})

test('a trigger that looks by itself, and that nobody was told of, looks', async () => {
  const flowId = 'flow_poll'
  const source = await startPollSource([])
  await setPolls(unheard.engine, { pool: muted }, { flowId, planHash: plan, triggers: [pollTrigger(source.url)] })
  await waitFor('its first look', () => source.asked.length > 0 || undefined)
  await waitFor('its first look to be written down', async () => {
    const [row] = await worker.engine.listPolls(testWorkspace, flowId)
    return row && !row.isLooking && row.lookedAt !== null ? row : undefined
  })
  source.keys.push('new')
  expect(await unheard.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })).toBe(true)
  await waitFor('the run of what is new', async () => (await startedKeys(database, flowId)).includes('new') || undefined)
  await source.close()
})

test('a bulk action that nobody was told of is carried out', async () => {
  const flowId = 'flow_bulk'
  const { runId } = await worker.start(flowOf({ nap: { type: 'delay', params: { for: '1h' }, after: ['trigger'] } }), { flowId })
  await worker.until(runId, (run) => run.status === 'waiting')
  await unheard.engine.startBulk(testWorkspace, { action: 'cancel', by: 'user_1', filter: { flowId }, ratePerSecond: 100 })
  expect(await worker.ended(runId)).toMatchObject({ status: 'cancelled' })
})

test('an event whose sender is gone before it told anybody starts what it starts', async () => {
  await database.pool.query(
    `insert into engine.published (workspace_id, id, name, data, values_at, at)
     values ($1, 'event_left', 'left', '"hello"', '{}', now() + $2 * interval '1 ms' - interval '1 minute')`,
    [testWorkspace, clock.offsetMs()],
  )
  const started = await waitFor('its run', async () => {
    const { items } = await worker.engine.listRuns({ workspaceId: testWorkspace, flowId: 'flow_listening', limit: 1 })
    return items[0]
  })
  expect(await worker.ended(started.id)).toMatchObject({ status: 'succeeded' })
})

test('a flow that was paused, and goes on, without anybody being told starts nothing and then what was held', async () => {
  const flowId = 'flow_paused'
  await silently((client) => unheard.engine.pauseFlow(testWorkspace, flowId, client))
  const held = await waitFor('a start that is held', async () => {
    const { runId, durable } = await worker.start(flowOf(say), { flowId })
    await durable
    const { rows } = await database.pool.query('select from engine.runs where id = $1 and held', [runId])
    return rows.length === 1 ? runId : undefined
  })
  await silently((client) => unheard.engine.resumeFlow(testWorkspace, flowId, client))
  expect(await worker.ended(held)).toMatchObject({ status: 'succeeded' })
})

test('kept requests that nobody was told of are pointed out to whoever sends them through', async () => {
  await unheard.engine.keepRequest({
    ...{ id: 'req_kept', method: 'POST', path: 'kept', remote: '127.0.0.1', sizeBytes: 2 },
    ...{ workspaceId: testWorkspace, flowId: 'flow_kept', trigger: '{}', state: 'kept', reason: 'paused' },
  })
  const before = keptSeen
  await waitFor('them to be pointed out', () => keptSeen > before || undefined)
})

test('that there is nothing to do costs one statement', async () => {
  const quiet = await createTestDatabase()
  const said: string[] = []
  const ask = quiet.pool.query.bind(quiet.pool)
  Object.assign(quiet.pool, {
    query(text: string, values: unknown[]) {
      said.push(text)
      return ask(text, values)
    },
  })
  const idle = createTestEngine(quiet, { leaseMs })
  await idle.engine.start()
  // That it hears, and that its neighbours live, is something else.
  const isLook = (text: string) => text.includes('"isLaneUsed"')
  const looks = () => said.filter((text) => isLook(text) || !/pg_notify|engine\.workers|worker_id = \$1/.test(text)).map(isLook)
  await waitFor('two looks with nothing between them', () => looks().some((is, at, all) => is && all[at + 1]) || undefined)
  await idle.engine.stop(1000)
  await quiet.drop()
})
