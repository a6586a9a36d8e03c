import { randomBytes } from 'node:crypto'
import { idFrom } from '#shared/ids.ts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { takeChore } from '../db/chores.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { runTables } from '../db/forget-runs.ts'
import { forgetOldRuns } from './forget-old-runs.ts'
import type { FlowRetention } from '../engine-api.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, quietLog } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

const dayMs = 86_400_000
const now = Date.UTC(2031, 5, 15, 12)
const signal = new AbortController().signal
let test_: TestDatabase
let database: Database

beforeAll(async () => {
  test_ = await createTestDatabase()
  database = createDatabase(test_.pool, quietLog)
})
beforeEach(async () => {
  await test_.pool.query(`truncate engine.history, engine.runs, engine.requests, engine.${runTables.join(', engine.')}`)
  for (const age of [0, 1, 3, 5, 29, 31, 35, 40, 44, 45, 47, 50])
    await test_.pool.query('select engine.keep_partitions($1, 1)', [new Date(now - age * dayMs)])
})
afterAll(() => test_.drop())

interface Past {
  flowId?: string
  madeDaysAgo: number
  endedDaysAgo?: number | undefined
  status?: string
}

/** A run as it lies in the database afterwards, with a row in each of its tables. */
async function leaveRun({ flowId = 'flow_a', madeDaysAgo, endedDaysAgo = madeDaysAgo, status = 'succeeded' }: Past) {
  const made = now - madeDaysAgo * dayMs
  const id: string = idFrom('run', made, randomBytes(10))
  const request: string = idFrom('request', made, randomBytes(10))
  const run = `'ws', '${id}'`
  const at = `to_timestamp(${made / 1000})`
  const common = `${run}, '${flowId}', 1, 'h', 'trigger', '${status}'`
  if (status === 'waiting') {
    await test_.pool.query(
      `insert into engine.runs (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, ready, created_at)
       values (${common}, false, ${at})`,
    )
  } else {
    await test_.pool.query(
      `insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
         request_id, created_at, finished_at, last_seq)
       values (${common}, 1, 0, 0, '${request}', ${at}, to_timestamp(${(now - endedDaysAgo * dayMs) / 1000}), 1)`,
    )
  }
  for (const insert of [
    `events (workspace_id, run_id, seq, kind, at) values (${run}, 0, 'run.created', ${at})`,
    `payloads values (${run}, 0, '1')`,
    `logs values (${run}, 0, 0, 'a', 1, ${at}, 'info', 'hello')`,
    `metrics values (${run}, 0, 0, 'a', ${at}, 'n', 1)`,
    `state_changes values (${run}, 'a', '1', 'k', '1', 1, ${at})`,
    `run_words values (${run}, 'a')`,
    `waits values (${run}, 'a', 'call', null, ${at})`,
    `arrivals values (${run}, 'a', '', 1, 'call', '1', ${at})`,
    `requests (workspace_id, id, flow_id, run_id, state, method, path, remote, size_bytes, received_at)
       values ('ws', '${request}', '${flowId}', '${id}', 'started', 'POST', 'p', '::1', 1, ${at})`,
  ]) {
    await test_.pool.query(`insert into engine.${insert}`)
  }
  return id
}

/** Which of these runs something is left of, and of which of them everything. */
async function whatIsLeft(runs: { [name: string]: string }): Promise<{ [name: string]: 'all' | 'nothing' | string[] }> {
  const left = Object.entries(runs).map(async ([name, id]) => {
    const tables = [...runTables, 'requests']
    const there: string[] = []
    for (const table of tables) {
      const { rowCount } = await test_.pool.query(`select from engine.${table} where run_id = $1`, [id])
      if (rowCount) there.push(table)
    }
    const { rowCount } = await test_.pool.query(
      'select from engine.history where id = $1 union all select from engine.runs where id = $1',
      [id],
    )
    if (rowCount) there.push('the run')
    return [name, there.length === tables.length + 1 ? 'all' : there.length === 0 ? 'nothing' : there] as const
  })
  return Object.fromEntries(await Promise.all(left))
}

const forget = (days: number, flows: FlowRetention[] = []) =>
  forgetOldRuns({ database, signal }, { days, ofFlows: () => Promise.resolve(flows) }, now)

async function daysOf(table: string): Promise<number> {
  const { rows } = await test_.pool.query(
    `select count(*)::int as n from pg_inherits where inhparent = ('engine.' || $1)::regclass and inhrelid::regclass::text !~ 'rest'`,
    [table],
  )
  return rows[0].n
}

test('days that nobody keeps any longer are dropped with all that belongs to their runs', async () => {
  const runs = {
    old: await leaveRun({ madeDaysAgo: 40 }),
    failed: await leaveRun({ madeDaysAgo: 35, status: 'failed' }),
    kept: await leaveRun({ madeDaysAgo: 29 }),
    new: await leaveRun({ madeDaysAgo: 0 }),
  }
  await forget(30)
  expect(await whatIsLeft(runs)).toEqual({ old: 'nothing', failed: 'nothing', kept: 'all', new: 'all' })
  expect(await daysOf('events')).toBe(5)
  for (const table of ['history', 'payloads', 'logs', 'metrics', 'state_changes', 'run_words'])
    expect(await daysOf(table)).toBe(await daysOf('events'))
})

test('a run that is still under way, or ended late, keeps what it has while those of its day are forgotten', async () => {
  const runs = {
    sleeper: await leaveRun({ madeDaysAgo: 50, status: 'waiting' }),
    late: await leaveRun({ madeDaysAgo: 45, endedDaysAgo: 3 }),
    sameDayAsSleeper: await leaveRun({ madeDaysAgo: 50 }),
    sameDayAsLate: await leaveRun({ madeDaysAgo: 45, endedDaysAgo: 44 }),
  }
  await forget(30)
  expect(await whatIsLeft(runs)).toEqual({ sleeper: 'all', late: 'all', sameDayAsSleeper: 'nothing', sameDayAsLate: 'nothing' })
})

test('a flow may keep its runs for a shorter or a longer time than others', async () => {
  const runs = {
    short: await leaveRun({ flowId: 'flow_short', madeDaysAgo: 5 }),
    shortNew: await leaveRun({ flowId: 'flow_short', madeDaysAgo: 1 }),
    other: await leaveRun({ madeDaysAgo: 31 }),
    otherKept: await leaveRun({ madeDaysAgo: 29 }),
    long: await leaveRun({ flowId: 'flow_long', madeDaysAgo: 44 }),
    longOld: await leaveRun({ flowId: 'flow_long', madeDaysAgo: 47 }),
  }
  await forget(30, [
    { workspaceId: 'ws', flowId: 'flow_short', days: 3 },
    { workspaceId: 'ws', flowId: 'flow_long', days: 45 },
  ])
  expect(await whatIsLeft(runs)).toEqual({
    short: 'nothing',
    shortNew: 'all',
    other: 'nothing',
    otherKept: 'all',
    long: 'all',
    longOld: 'nothing',
  })
})

test('runs that lie with the rest are forgotten too', async () => {
  const runs = { old: await leaveRun({ madeDaysAgo: 400 }), unfinished: await leaveRun({ madeDaysAgo: 401, status: 'waiting' }) }
  await forget(30)
  expect(await whatIsLeft(runs)).toEqual({ old: 'nothing', unfinished: 'all' })
})

test('more than one batch of runs is forgotten', async () => {
  await test_.pool.query(
    `insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
       created_at, finished_at, last_seq)
     select 'ws', engine.first_id('run', t) || lpad(n::text, 16, '0'), 'flow_short', 1, 'h', 'trigger', 'succeeded', 1, 0, 0, t, t, 1
     from generate_series(1, 1700) n, to_timestamp($1::float8) t`,
    [(now - 5 * dayMs) / 1000],
  )
  await forget(30, [{ workspaceId: 'ws', flowId: 'flow_short', days: 3 }])
  expect((await test_.pool.query('select from engine.history')).rowCount).toBe(0)
})

test('requests that started nothing, and what was done once, are forgotten in the same time', async () => {
  for (const age of [5, 40]) {
    const at = now - age * dayMs
    await test_.pool.query(
      `insert into engine.requests (workspace_id, id, flow_id, state, reason, method, path, remote, size_bytes)
       values ('ws', $1, 'flow_a', 'kept', 'only_if', 'POST', 'p', '::1', 1)`,
      [idFrom('request', at, randomBytes(10))],
    )
    await test_.pool.query(
      `insert into engine.once_keys (workspace_id, flow_id, key, run_id, path, attempt, call, claimed_at, done_at, value)
       values ('ws', 'flow_a', $1, 'run_x', 'a', 1, '1', $2, $2, '1'), ('ws', 'flow_a', 'undone ' || $1, 'run_x', 'a', 1, '1', $2, null, null)`,
      [`${age} days`, new Date(at)],
    )
  }
  const left = async () => [
    (await test_.pool.query('select from engine.requests')).rowCount,
    (await test_.pool.query('select key from engine.once_keys order by key')).rows.map((row) => row.key),
  ]
  await forget(30)
  expect(await left()).toEqual([1, ['5 days', 'undone 5 days']])
  await forget(30, [{ workspaceId: 'ws', flowId: 'flow_a', days: 3 }])
  expect(await left()).toEqual([0, []])
})

test('a request that waits for its flow to go on, or became a run much later, stays while others of its day go', async () => {
  const request = async (state: string, reason: string | null, runId: string | null) => {
    const id: string = idFrom('request', now - 40 * dayMs, randomBytes(10))
    await test_.pool.query(
      `insert into engine.requests (workspace_id, id, flow_id, run_id, state, reason, method, path, remote, size_bytes)
       values ('ws', $1, 'flow_a', $2, $3, $4, 'POST', 'p', '::1', 1)`,
      [id, runId, state, reason],
    )
    return id
  }
  const sentLater = await leaveRun({ madeDaysAgo: 29 })
  await leaveRun({ madeDaysAgo: 40 })
  const kept = [await request('kept', 'paused', null), await request('started', null, sentLater)]
  await request('kept', 'only_if', null)
  await forget(30)
  const { rows } = await test_.pool.query('select id from engine.requests where id < $1 order by id', [
    idFrom('request', now - 39 * dayMs, new Uint8Array(10)),
  ])
  expect(rows.map((row) => row.id)).toEqual(kept.toSorted())
  await test_.pool.query('delete from engine.requests where run_id is null')
  await test_.pool.query('delete from engine.history where id = $1', [sentLater])
  await forget(30)
  expect((await test_.pool.query('select from engine.requests where id = any ($1)', [kept])).rowCount).toBe(0)
})

async function leaveRequest(reason: string, daysAgo: number, sending = false): Promise<string> {
  const id: string = idFrom('request', now - daysAgo * dayMs, randomBytes(10))
  await test_.pool.query(
    `insert into engine.requests (workspace_id, id, flow_id, state, reason, method, path, remote, size_bytes, sending)
     values ('ws', $1, 'flow_a', 'kept', $2, 'POST', 'p', '::1', 1, $3)`,
    [id, reason, sending],
  )
  return id
}
const requestsLeft = async () => (await test_.pool.query('select id from engine.requests order by id')).rows.map(({ id }) => id)

test('requests that came while their flow was not on stay three months, those that somebody wants sent however long', async () => {
  await leaveRequest('draft', 100)
  await leaveRequest('disabled', 91)
  const kept = [await leaveRequest('draft', 89), await leaveRequest('stopped', 45), await leaveRequest('disabled', 5)]
  const wanted = [await leaveRequest('paused', 300), await leaveRequest('draft', 200, true)]
  await leaveRequest('rate_limited', 45)
  await forget(30)
  expect(await requestsLeft()).toEqual([...wanted, ...kept].toSorted())
  await forget(30, [{ workspaceId: 'ws', flowId: 'flow_a', days: 3 }])
  expect(await requestsLeft()).toEqual([...wanted, ...kept].toSorted())
})

test('of requests that a flow’s settings dropped the newest stay, so many', async () => {
  const dropped: string[] = []
  for (let age = 9; age > 0; age--) dropped.push(await leaveRequest('rate_limited', age / 10))
  const others = [await leaveRequest('draft', 1), await leaveRequest('paused', 1), await leaveRequest('disabled', 1, true)]
  await forgetOldRuns({ database, signal }, { days: 30, ofFlows: () => Promise.resolve([]), mostRequests: 4 }, now)
  expect(await requestsLeft()).toEqual([...others, ...dropped.slice(-4)].toSorted())
})

test('a day that somebody reads is dropped the next time', async () => {
  const runs = { old: await leaveRun({ madeDaysAgo: 40 }) }
  const reader = await test_.pool.connect()
  await reader.query('begin')
  await reader.query('select from engine.logs')
  await forget(30)
  expect(await whatIsLeft(runs)).toEqual({ old: ['logs'] })
  await reader.query('commit')
  reader.release()
  await forget(30)
  expect(await whatIsLeft(runs)).toEqual({ old: 'nothing' })
})

test('an engine that starts forgets what is old, one of several processes at a time', async () => {
  const past = async (age: number) => {
    const id: string = idFrom('run', Date.now() - age * dayMs, randomBytes(10))
    await test_.pool.query(
      `insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
         created_at, finished_at, last_seq) values ('ws', $1, 'flow_a', 1, 'h', 't', 'succeeded', 1, 0, 0, $2, $2, 1)`,
      [id, new Date(Date.now() - age * dayMs)],
    )
    return id
  }
  const [old, kept] = [await past(8), await past(6)]
  const it = createTestEngine(test_, { retention: { days: 7, ofFlows: () => Promise.resolve([]) } })
  await it.engine.start()
  const isThere = async (id: string) => (await test_.pool.query('select from engine.history where id = $1', [id])).rowCount === 1
  await waitFor('the old run to be forgotten', async () => ((await isThere(old)) ? undefined : true))
  expect(await isThere(kept)).toBe(true)
  await it.engine.stop(1000)
  expect(await takeChore(database, 'forget old runs', 60_000)).toBe(false)
  expect(await takeChore(database, 'forget old runs', 0)).toBe(true)
})

test('every table with data of a run is named among those that are forgotten', async () => {
  const { rows } = await test_.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'engine'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'run_id'`,
  )
  // These forget by their own time, or are only of runs under way.
  const others = ['requests', 'idempotency_keys', 'once_keys', 'lanes', 'outbox', 'step_slots', 'approvals', 'bulk_outcomes']
  expect(rows.map((row) => row.name).toSorted()).toEqual([...runTables, ...others].toSorted())
})
