/**
 * `node bench/requests.ts [how many] [how many to drain]`: how long a page of the requests inbox and a search in it take,
 * at what rate kept requests go through, and how long a live request of another flow takes meanwhile.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import { startEmbeddedPostgres } from '#server/embedded/index.ts'
import { RequestDrain } from '#shared/inbox-request.ts'
import { benchKey, startProduct } from './product.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const toDrain = Number(process.argv[3] ?? 5000)
const rate = 50
const atOnce = 50_000
const Made = z.object({ id: z.string() })

const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-requests-'))
const postgres = await startEmbeddedPostgres({ dataDir, log: { info: () => {}, warn: console.warn } })
const product = await startProduct(Number(process.env['PORT'] ?? 3987), {
  DATABASE_URL: postgres.url,
  HOLDFAST_DATA_DIR: join(dataDir, 'product'),
  HOLDFAST_SECRET_KEY: randomBytes(32).toString('base64'),
}).catch(async (error: unknown) => {
  await postgres.stop()
  throw error
})
const client = new pg.Client({ connectionString: postgres.url })
try {
  await client.connect()
  const big = await publish('Big')
  await seed(big, count, true)
  await client.query('analyze engine.requests')
  await client.query('analyze engine.run_words')
  await client.query('analyze engine.history')
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString()
  for (const query of [
    '',
    '?state=started',
    '?state=kept',
    '?state=rejected',
    `?from=${day(5)}&to=${day(4)}`,
    '?q=common',
    '?q=rare777',
    '?q=number123',
    '?q=nowhere',
    `?q=common&from=${day(5)}&to=${day(4)}`,
  ])
    await measurePage(big, query, `${count} requests`)

  // Nearly all were kept, and only the oldest ones have a run.
  const off = await publish('Off')
  await seed(off, count, false)
  await client.query(
    `update engine.requests r set state = 'started', reason = null, run_id = 'run' || substr(id, 4)
     where flow_id = $1 and id in (select id from engine.requests where flow_id = $1 order by id limit 20)`,
    [off],
  )
  await client.query('analyze engine.requests')
  for (const query of ['', '?state=started', '?state=kept', '?state=rejected'])
    await measurePage(off, query, `${count} requests, all kept but 20`)

  const small = await publish('Drained')
  await publish('Live')
  await seed(small, toDrain, false)
  await measureLive('before')
  const began = performance.now()
  await api('POST', `/flows/${small}/requests/drain`, { ratePerSecond: rate })
  let isDone = false
  const live = measureLive(`while ${toDrain} go through`, () => isDone)
  while (!isDone) {
    await sleep(200)
    isDone = RequestDrain.parse(await api('GET', `/flows/${small}/requests/drain`)).status === 'finished'
  }
  const measured = toDrain / ((performance.now() - began) / 1000)
  await live
  const { rows } = await client.query(
    `select count(distinct run_id)::int as runs, count(*)::int as requests, bool_and(in_order) as "inOrder" from (
       select run_id, run_id > lag(run_id, 1, '') over (order by received_at, id) as in_order
       from engine.requests where flow_id = $1) as q`,
    [small],
  )
  console.log(`${toDrain} kept requests at ${rate}/s: ${measured.toFixed(1)}/s`, rows[0])
} finally {
  await client.end()
  await product.stop()
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function measurePage(flowId: string, query: string, what: string): Promise<void> {
  const times: number[] = []
  for (let n = 0; n < 11; n++) {
    const began = performance.now()
    await api('GET', `/flows/${flowId}/requests${query}`)
    times.push(performance.now() - began)
  }
  const first = times[0] ?? 0
  console.log(`${what}, ${query || 'first page'}: median ${middle(times).toFixed(0)} ms, first ${first.toFixed(0)} ms (goal 300)`)
}

/** One caller of another flow: 200 requests, or as many as there is time for. */
async function measureLive(what: string, isOver = () => true): Promise<void> {
  const times: number[] = []
  while (times.length < 200 || !isOver()) {
    const began = performance.now()
    const answer = await fetch(`${product.url}/hooks/Live`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    if (answer.status !== 202) throw new Error(`A live request was answered ${answer.status}`)
    times.push(performance.now() - began)
    await sleep(10)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  console.log(`A live request of another flow, ${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${times.length}`)
}

/** A flow that only says what came in. */
async function publish(name: string): Promise<string> {
  const document = {
    name,
    nodes: [
      { id: 'hook', type: 'webhook', params: { path: name, methods: ['POST'] } },
      { id: 'pass', type: 'output', params: { value: '{{ trigger.body }}' } },
    ],
    edges: [{ source: 'hook', target: 'pass' }],
  }
  const { id } = Made.parse(await api('POST', '/flows', { document }))
  await api('POST', `/flows/${id}/publish`)
  return id
}

/** Requests as they are left behind: with a run each and its words, some kept, some rejected; or all of them kept. */
async function seed(flowId: string, many: number, isMixed: boolean): Promise<void> {
  const path = isMixed ? 'Big' : 'Drained'
  await client.query("select engine.keep_partitions(now() - interval '10 days', 13)")
  const workspace = await client.query('select workspace_id as id from app.flows where id = $1', [flowId])
  const workspaceId = Made.parse(workspace.rows[0]).id
  for (let from = 1; from <= many; from += atOnce) {
    await client.query(
      `with made as materialized (
         select n, now() - (${many} - n) * interval '9 days' / ${many} as at,
           substr(md5(n::text), 1, 16) as tail,
           case when not $5 or n % 20 = 0 then 'kept' when n % 1000 = 1 then 'rejected' else 'started' end as state,
           'common number' || n || case when n % 100000 = 777 then ' rare777' else '' end as text
         from generate_series($3::int, $4::int) as n),
       named as materialized (
         select *, engine.first_id('req', at) || tail as req, engine.first_id('run', at) || tail as run from made),
       worded as (
         insert into engine.run_words (workspace_id, run_id, words)
         select $1, run, array_to_tsvector(string_to_array(text, ' ')) from named where state = 'started'),
       ended as (
         insert into engine.history (workspace_id, id, flow_id, version, plan_hash, trigger_id, status, epoch, priority, arrived,
           request_id, created_at, started_at, finished_at, last_seq)
         select $1, run, $2, 1, 'none', 'hook', 'succeeded', 1, 0, 0, req, at, at, at, 1 from named where state = 'started')
       insert into engine.requests (workspace_id, id, flow_id, run_id, state, reason, method, path, remote, size_bytes, trigger,
         received_at, words)
       select $1, req, $2, case when state = 'started' then run end, state,
         case state when 'kept' then 'disabled' when 'rejected' then 'invalid_json' end, 'POST', $6, '127.0.0.1', 60,
         '{"kind":"webhook","body":' || json_build_object('text', text, 'n', n)::text || '}', at,
         case when state <> 'started' then array_to_tsvector(string_to_array($2 || ' ' || text, ' ')) end
       from named`,
      [workspaceId, flowId, from, Math.min(from + atOnce - 1, many), isMixed, path],
    )
  }
}

async function api(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
