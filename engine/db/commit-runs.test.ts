import type { Pool, PoolClient } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newRun } from '../testing/new-run.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { commitRuns } from './commit-runs.ts'
import { emptyWrites } from './empty-writes.ts'
import type { EventRow } from './event-row.ts'
import { isUsual } from './usual-writes.ts'
import { type LogRow, type NewRun, type RunWrites, type WaitRow, writeBatch } from './write-batch.ts'

let left: TestDatabase
let right: TestDatabase
let byFunction: PoolClient
let byStatement: PoolClient

beforeAll(async () => {
  left = await createTestDatabase()
  right = await createTestDatabase()
  for (const { pool } of [left, right]) await addWorkers(pool)
  byFunction = await left.pool.connect()
  byStatement = await right.pool.connect()
})
afterAll(async () => {
  byFunction.release()
  byStatement.release()
  await left.drop()
  await right.drop()
})

test('everything it can carry is written as the general statement writes it', async () => {
  const batches: RunWrites[][] = [
    [start('b'), start('a', { version: null, subject: 'it’s "quoted" \\ back', startedBy: 'u', priority: 7 })],
    [start('c', { request: { id: 'req_1', method: 'POST', path: '/x', remote: '::1', sizeBytes: 3, trigger: '{"a":1}' } })],
    [
      start('d', { owned: false }),
      start('e', { owned: false, dueAt: 99_000 }),
      start('p', { owned: false, flowId: 'flow_paused' }),
    ],
    [writesOf('b', { events: [event(2, 'step.started', '"in"'), event(3, 'step.finished', 'null')] }), writesOf('a', {})],
    [start('f', {}, { finish: end('succeeded') }), start('g'), start('h', {}, { finish: end('failed') }), writesOf('c', {})],
    [
      writesOf('c', { finish: end('failed') }),
      writesOf('a', { events: [event(2, 'run.paused')], release: { status: 'waiting', dueAt: 5000, seen: 0, ready: false } }),
      writesOf('b', { events: [event(4, 'run.paused')], release: { status: 'queued', dueAt: null, seen: 2, ready: true } }),
      writesOf('g', { finish: end('succeeded') }),
    ],
    [
      start('i', {}, { logs: [line(1, 0), line(1, 1)] }),
      start(
        'j',
        {},
        {
          opened: new Map([
            ['hold', wait('call')],
            ['nap', wait('delay')],
          ]),
        },
      ),
      start('k', {}, { opened: new Map([['hold', wait('call')]]) }),
    ],
    [
      writesOf('i', { logs: [line(2, 0)], finish: end('succeeded') }),
      writesOf('j', { opened: new Map([['nap', wait('retry')]]), closed: new Set(['hold']) }),
      writesOf('k', { finish: { ...end('cancelled'), forgetWaits: true } }),
    ],
  ]
  for (const batch of batches) {
    expect(batch.every(isUsual)).toBe(true)
    expect(await commitRuns(byFunction, 'worker_1', batch)).toEqual(await writeBatch(byStatement, 'worker_1', batch))
  }
  for (const table of ['runs', 'history', 'events', 'requests', 'waits', 'logs']) {
    const rows = await rowsOf(left.pool, table)
    expect(rows).toEqual(await rowsOf(right.pool, table))
    expect(rows.length).toBeGreaterThan(0)
  }
})

test('arrivals that come while a run is let go make it ready at once', async () => {
  await commitRuns(byFunction, 'worker_1', [start('late')])
  await left.pool.query("update engine.runs set arrived = 3 where id = 'run_late'")
  const release = { status: 'waiting', dueAt: null, seen: 2, ready: false } as const
  expect(await commitRuns(byFunction, 'worker_1', [writesOf('late', { release })])).toEqual(new Map([[0, { arrived: 3 }]]))
  const { rows } = await left.pool.query("select worker_id, ready from engine.runs where id = 'run_late'")
  expect(rows).toEqual([{ worker_id: null, ready: true }])
})

test('nothing is written when one of the runs has another owner, another epoch, or has ended', async () => {
  await commitRuns(byFunction, 'worker_1', [start('mine'), start('over', {}, { finish: end('succeeded') })])
  const before = await rowsOf(left.pool, 'events')
  const mine = writesOf('mine', { events: [event(2, 'step.started')] })
  expect(await commitRuns(byFunction, 'worker_2', [mine])).toBeUndefined()
  expect(await commitRuns(byFunction, 'worker_1', [{ ...mine, epoch: 2 }])).toBeUndefined()
  expect(await commitRuns(byFunction, 'worker_1', [mine, writesOf('over', {})])).toBeUndefined()
  expect(await commitRuns(byFunction, 'worker_1', [mine, writesOf('never', {})])).toBeUndefined()
  expect(await rowsOf(left.pool, 'events')).toEqual(before)
})

test('a worker that counts as gone begins nothing', async () => {
  expect(await commitRuns(byFunction, 'worker_gone', [start('refused')])).toBeUndefined()
  expect(await commitRuns(byFunction, 'worker_gone', [start('left', { owned: false })])).toEqual(new Map([[0, { arrived: 0 }]]))
})

test('what it knows nothing of is left to the general statement', () => {
  expect(isUsual(writesOf('x', { events: [{ ...event(1, 'step.finished'), large: true }] }))).toBe(false)
  expect(isUsual(start('x', {}, { release: { status: 'waiting', dueAt: 5, seen: 0, ready: false } }))).toBe(false)
  expect(isUsual(start('x', { key: 'k' }))).toBe(false)
  expect(isUsual(start('x', { isPaused: true }))).toBe(false)
})

async function addWorkers(pool: Pool): Promise<void> {
  await pool.query(
    `insert into engine.workers (id, state, place, process_id, process_start, lock_key, lease_ms)
     values ('worker_1', 'live', 'p', 1, 's', 1, 30000), ('worker_2', 'live', 'p', 2, 's', 2, 30000),
       ('worker_gone', 'gone', 'p', 3, 's', 3, 30000)`,
  )
  await pool.query("insert into engine.paused_flows (workspace_id, flow_id) values ('ws_1', 'flow_paused')")
}

async function rowsOf(pool: Pool, table: string): Promise<object[]> {
  const { rows } = await pool.query<{ row: object }>(
    `select to_jsonb(t) - 'received_at' as row from engine.${table} t order by (to_jsonb(t) - 'received_at')::text`,
  )
  return rows.map(({ row }) => row)
}

function event(seq: number, kind: string, payload: string | null = null): EventRow {
  const isStep = kind.startsWith('step.')
  return { seq, kind, path: isStep ? 'one' : null, attempt: isStep ? 1 : null, at: 1000 + seq, data: null, payload, large: false }
}

function wait(kind: string): WaitRow {
  return { kind, name: 'it’s a "wait"', openedAt: 3000, dueAt: kind === 'call' ? null : 4000, child: null }
}

function line(seq: number, n: number): LogRow {
  return { seq, n, path: 'one', attempt: 1, at: 1500, level: 'info', message: `line ${n}`, data: n === 0 ? null : '{"a":[1]}' }
}

function end(status: string): NonNullable<RunWrites['finish']> {
  const error = status === 'failed' ? '{"code":"timeout","message":"it’s late"}' : null
  return { status, error, finishedAt: 2000, outputSeq: 3, lastSeq: 5, forgetWaits: false }
}

function writesOf(name: string, some: Partial<RunWrites>): RunWrites {
  return { ...emptyWrites({ workspaceId: 'ws_1', runId: `run_${name}`, epoch: 1 }), ...some }
}

function start(name: string, run: Partial<NewRun> = {}, more: Partial<RunWrites> = {}): RunWrites {
  return writesOf(name, { create: newRun(run), events: [event(0, 'run.created', '{}'), event(1, 'step.started')], ...more })
}
