import { idFrom } from '#shared/ids.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../db/database.ts'
import { listRuns } from '../db/list-runs.ts'
import type { RunFilter } from '../engine-api.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, quietLog, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

let database: TestDatabase
let it: TestEngine
let plain: Database

beforeAll(async () => {
  database = await createTestDatabase()
  plain = createDatabase(database.pool, quietLog)
  it = createTestEngine(database)
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const flow = flowOf(
  { hold: { type: 'waitForCall', runIf: '{{ trigger.body.hold == true }}', after: ['trigger'] } },
  { subject: 'Order {{ trigger.body.order }}' },
)

async function find(filter: Partial<RunFilter>): Promise<string[]> {
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, limit: 10, ...filter })
  return items.map((run) => run.id)
}

describe('words', () => {
  test('of what started a run and of its subject find it, under way or over, by their beginnings', async () => {
    const body = (data: object) => ({ trigger: JSON.stringify({ kind: 'manual', body: data }), flowId: 'flow_words' })
    const ada = await it.start(flow, body({ order: 'X-17', name: 'Ada Lovelace', mail: 'ada@example.com' }))
    const bob = await it.start(flow, body({ order: 'X-18', name: 'Bob Müller', hold: true }))
    const big = await it.start(
      flow,
      body({ order: 'X-19', first: 'earlybird', text: 'lorem ipsum '.repeat(100_000), last: 'latecomer' }),
    )
    await big.durable
    await it.until(bob.runId, (run) => run.status === 'waiting')
    await waitFor('the words to be gathered', async () => ((await find({ q: 'earlybird' })).length > 0 ? true : undefined))
    expect(await find({ q: 'lovelace' })).toEqual([ada.runId])
    expect(await find({ q: 'LOVE ada' })).toEqual([ada.runId])
    expect(await find({ q: 'ada@example.com' })).toEqual([ada.runId])
    expect(await find({ q: 'müll' })).toEqual([bob.runId])
    expect(await find({ q: 'order x' })).toEqual([big.runId, bob.runId, ada.runId])
    expect(await find({ q: 'x-18' })).toEqual([bob.runId])
    expect(await find({ q: 'latecomer' })).toEqual([])
    expect(await find({ q: 'lovelace bob' })).toEqual([])
    expect(await find({ q: '…' })).toEqual([])
    expect(await find({ q: 'order', status: 'waiting' })).toEqual([bob.runId])
    expect(await find({ q: 'order', flowId: 'flow_other' })).toEqual([])
    expect(await find({ q: 'order', limit: 1, cursor: big.runId })).toEqual([bob.runId])
  })

  test('of a run whose process died before it gathered them are found all the same', async () => {
    const left = await it.start(flow, { trigger: '{"body":{"name":"Orphaned"}}', flowId: 'flow_left' })
    await left.reply
    await waitFor('the words to be gathered', async () => ((await find({ q: 'orphaned' })).length > 0 ? true : undefined))
    await database.pool.query('delete from engine.run_words where run_id = $1', [left.runId])
    expect(await find({ q: 'orphaned' })).toEqual([])
    const next = createTestEngine(database)
    await next.engine.start()
    await waitFor('the words to be gathered', async () => ((await find({ q: 'orphaned' })).length > 0 ? true : undefined))
    await next.engine.stop(1000)
  })

  test('of all starts that went into one run find it', async () => {
    const batched = flowOf(
      { work: { type: 'set', params: { values: { n: '{{ trigger.body.length }}' } }, after: ['trigger'] } },
      { batch: { size: 2, for: '1h' } },
    )
    const start = (name: string) => it.start(batched, { flowId: 'flow_batched', trigger: JSON.stringify({ body: { name } }) })
    const { runId } = await start('Firstling')
    await start('Secundus')
    await waitFor('the words to be gathered', async () => ((await find({ q: 'secundus' })).length > 0 ? true : undefined))
    expect(await find({ q: 'secundus' })).toEqual([runId])
    expect(await find({ q: 'firstling' })).toEqual([runId])
  })

  test('that look like an id find the run of that id at once', async () => {
    const { runId, reply } = await it.start(flow)
    await reply
    expect(await find({ q: runId })).toEqual([runId])
    expect(await find({ q: runId.slice(0, 20) })).toContain(runId)
    expect(await find({ q: runId, flowId: 'flow_other' })).toEqual([])
  })
})

test('pages go on where the last one ended, over days and from the unfinished to the finished', async () => {
  const runs: string[] = []
  for (const [n, hold] of [false, true, false, true, false].entries()) {
    const { runId, durable } = await it.start(flow, { flowId: 'flow_pages', trigger: JSON.stringify({ body: { hold } }) })
    await durable
    runs.unshift(runId)
    if (n === 2) it.clock.advance(5 * 86_400_000)
  }
  const read: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await it.engine.listRuns({
      workspaceId: testWorkspace,
      flowId: 'flow_pages',
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    })
    read.push(...page.items.map((run) => run.id))
    cursor = page.nextCursor
  }
  expect(read).toEqual(runs)
})

/** The plans of the statements a list sends, with as many runs as matter to the planner. */
describe('among 50,000 finished runs', () => {
  const count = 50_000
  const hour = 3_600_000
  // They end at the last noon, so that at any hour of the day each of their days has many: a day of a few runs is rightly read whole.
  const noon = Math.floor((Date.now() - 12 * hour) / (24 * hour)) * 24 * hour + 12 * hour
  const days = [0, 1, 2].map((back) => new Date(noon - back * 24 * hour).toISOString().slice(0, 10).replaceAll('-', '_'))

  beforeAll(async () => {
    await database.pool.query(
      "select engine.keep_partitions($1::timestamptz - n * interval '1 day', 1) from generate_series(0, 2) as n",
      [new Date(noon)],
    )
    await database.pool.query(
      `insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
         subject, started_by, created_at, started_at, finished_at, last_seq)
       select 'ws_many', engine.first_id('run', t) || lpad(n::text, 16, '0'), 'flow_' || n % 20, n / 20000, 'h', 'trigger_' || n % 3,
         case when n % 500 = 0 then 'failed' when n % 333 = 0 then 'cancelled' else 'succeeded' end, 1, 0, 0, 'Order ' || n,
         case when n % 50 = 0 then 'key_a' end, t, t, t, 3
       from generate_series(1, $1) as n, lateral (select $2::timestamptz - ($1 - n) * interval '3 s' as t) as at`,
      [count, new Date(noon)],
    )
    await database.pool.query(
      `insert into engine.run_words (workspace_id, run_id, words)
       select workspace_id, id, array_to_tsvector(string_to_array(
         'order ' || split_part(subject, ' ', 2) || ' ' || (select string_agg('x' || md5(id || n), ' ') from generate_series(1, 10) as n), ' ')) from engine.history
       where workspace_id = 'ws_many'`,
    )
    await database.pool.query('analyze engine.history')
    await database.pool.query('analyze engine.run_words')
  })

  const cursor = idFrom('run', noon - hour, new Uint8Array(10))
  test.each<[string, Partial<RunFilter>, number]>([
    ['all', {}, 51],
    ['of a flow', { flowId: 'flow_7' }, 51],
    ['of no flow', { flowId: 'flow_none' }, 0],
    ['failed', { status: 'failed' }, 51],
    ['cancelled of a flow', { status: 'cancelled', flowId: 'flow_3' }, 7],
    ['succeeded', { status: 'succeeded' }, 51],
    ['waiting', { status: 'waiting' }, 0],
    ['of an old version', { flowId: 'flow_7', version: 0 }, 51],
    ['of a draft', { flowId: 'flow_7', version: 'draft' }, 0],
    ['by a trigger', { flowId: 'flow_7', triggerId: 'trigger_1' }, 51],
    ['of an hour', { from: new Date(noon - 5 * hour).toISOString(), to: new Date(noon - 4 * hour).toISOString() }, 51],
    ['one’s own', { startedBy: 'key_a' }, 51],
    ['after a cursor', { cursor }, 51],
    ['with a common word', { q: 'order' }, 51],
    ['with a common word, failed', { q: 'order', status: 'failed' }, 51],
    ['with a rare word', { q: '49111' }, 1],
    ['with no such word', { q: 'zebra' }, 0],
    ['with a rare word of a flow', { q: '4911', flowId: 'flow_11' }, 2],
  ])('those %s are read by indexes', async (_, filter, expected) => {
    const sent: [string, readonly unknown[]][] = []
    const spy = {
      ...plain,
      read<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
        sent.push([text, values])
        return plain.read(text, values)
      },
    }
    const rows = await listRuns(spy, { workspaceId: 'ws_many', limit: 50, ...filter }, 51, noon)
    expect(rows.length).toBe(expected)
    expect(rows.map((row) => row.id)).toEqual(
      rows
        .map((row) => row.id)
        .toSorted()
        .toReversed(),
    )
    for (const [text, values] of sent) {
      const { rows: plan } = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values])
      const scans = plan
        .map((line) => line['QUERY PLAN'])
        .filter((line) =>
          days.some((day) => line.includes(`Seq Scan on history_${day} `) || line.includes(`Seq Scan on run_words_${day} `)),
        )
      expect(scans).toEqual([])
    }
  })
})
