import type { PoolClient, QueryResultRow } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idFrom } from '#shared/ids.ts'
import { newRun } from '../testing/new-run.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { emptyWrites } from './empty-writes.ts'
import { type Ask, cancelUnstarted } from './end-unstarted.ts'
import { tellRuns } from './tell-runs.ts'
import { type RunWrites, writeBatch } from './write-batch.ts'

/*
 * PostgreSQL 18 goes down, and with it everybody's connection, when a statement finds a row it locks changed by somebody
 * else and looks up partitions by what it found. Statements that lock runs must not do that; these do all they can do.
 */
let database: TestDatabase
let one: PoolClient
let other: PoolClient

beforeAll(async () => {
  database = await createTestDatabase()
  one = await database.pool.connect()
  other = await database.pool.connect()
  await database.pool.query(
    `insert into engine.workers (id, place, process_id, process_start, lock_key, lease_ms) values ('w', 'here', 1, '1', 1, 30000)`,
  )
})
afterAll(async () => {
  one.release()
  other.release()
  await database.drop()
})

async function makeRuns(count: number, workerId: string | null): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => newId(n))
  for (const id of ids) {
    await database.pool.query(
      `insert into engine.runs (workspace_id, id, flow_id, plan_hash, trigger_id, status, worker_id, ready, parent, created_at)
       values ('ws', $1, 'flow', 'hash', 'trigger', $2, $3, $4, 'run_parent', now())`,
      [id, workerId === null ? 'queued' : 'running', workerId, workerId === null],
    )
    await database.pool.query(
      `insert into engine.events (workspace_id, run_id, seq, kind, at, data) values ('ws', $1, 0, 'run.created', now(), $2)`,
      [id, '{"origin":{"path":"ask","isAwaited":true}}'],
    )
  }
  return ids
}

let made = 0
function newId(n: number): string {
  return idFrom('run', Date.now() - 1000 + n, new Uint8Array(10).fill(++made))
}

/** Does something that has to wait for another transaction, which changes one of the runs and then lets go of it. */
async function whileChanged<T>(runId: string | undefined, act: (client: PoolClient) => Promise<T>): Promise<T> {
  await other.query('begin')
  await other.query('update engine.runs set arrived = arrived + 1 where id = $1', [runId])
  const done = act(one)
  await waitFor('the statement to wait for the run', async () => {
    const { rowCount } = await database.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return rowCount === 1 || undefined
  })
  await other.query('commit')
  return done
}

type Part = (writes: RunWrites, place: number) => void

const parts: { [name: string]: Part } = {
  'nothing more': () => undefined,
  metrics: ({ metrics }) => metrics.push({ flowId: 'flow', seq: 1, n: 0, path: 'a', at: 1000, name: 'm', value: 1, tags: null }),
  logs: ({ logs }) => logs.push({ seq: 1, n: 0, path: 'a', attempt: 1, at: 1000, level: 'info', message: 'hello', data: null }),
  'a large payload': ({ events }) => Object.assign(events[0] ?? {}, { large: true }),
  'something for others': ({ outbox }) => outbox.push({ seq: 2, kind: 'child', target: 'run_parent', path: 'ask', body: null }),
  'waits that end': ({ closed }) => closed.add('b'),
  'waits that begin': ({ opened }) => opened.set('b', { kind: 'call', name: null, openedAt: 1000, dueAt: null, child: null }),
  'letting go': (writes) => Object.assign(writes, { release: { status: 'waiting', dueAt: null, seen: 9, ready: false } }),
  'the end': (writes) =>
    Object.assign(writes, {
      finish: { status: 'succeeded', error: null, finishedAt: 1000, outputSeq: 1, lastSeq: 2, forgetWaits: true },
    }),
  'a run that is made': (writes, place) => {
    if (place > 0) return
    writes.runId = newId(9)
    writes.create = newRun({ isNamed: true, isFenced: true })
  },
}
const all: Part = (writes, place) => Object.values(parts).forEach((part) => part !== parts['letting go'] && part(writes, place))

test.each([...Object.entries(parts), ['everything', all] as const])(
  'a checkpoint with %s outlives a run that is changed meanwhile',
  async (_, part) => {
    const ids = await makeRuns(3, 'w')
    const batch = ids.map((runId, place) => {
      const writes = emptyWrites({ workspaceId: 'ws', runId, epoch: 1 })
      const [step, end] = [
        { path: 'a', attempt: 1 },
        { path: null, attempt: null },
      ]
      writes.events.push({ seq: 1, kind: 'step.finished', ...step, at: 1000, data: null, payload: '1', large: false })
      writes.events.push({ seq: 2, kind: 'run.paused', ...end, at: 1000, data: null, payload: null, large: false })
      part(writes, place)
      return writes
    })
    expect((await whileChanged(ids[1], (client) => writeBatch(client, 'w', batch))).size).toBe(3)
  },
)

test('so do the ends of runs that nobody has begun with', async () => {
  const ids = await makeRuns(3, null)
  const ended = await whileChanged(ids[1], (client) => {
    const ask: Ask = async <Row extends QueryResultRow>(text: string, values: unknown[]) =>
      (await client.query<Row>(text, values)).rows
    return cancelUnstarted(ask, ids, 'user_1', 2000)
  })
  expect(ended.map(({ isAwaited }) => isAwaited)).toEqual([true, true, true])
})

test('so does what runs are told', async () => {
  const ids = await makeRuns(3, 'w')
  const rows = ids.map((target) => ({
    workspaceId: 'ws',
    runId: newId(5),
    seq: 1,
    kind: 'child' as const,
    target,
    path: 'a',
    body: null,
  }))
  for (const { runId, target } of rows) {
    await database.pool.query(
      `insert into engine.outbox (workspace_id, run_id, seq, kind, target, path) values ('ws', $1, 1, 'child', $2, 'a')`,
      [runId, target],
    )
  }
  const ask = async <Row extends QueryResultRow>(text: string, values: readonly unknown[]) =>
    (await one.query<Row>(text, [...values])).rows
  const { told } = await whileChanged(ids[1], () => tellRuns({ write: ask }, rows, 2000))
  expect(told.map(({ runId }) => runId)).toEqual(ids)
})
