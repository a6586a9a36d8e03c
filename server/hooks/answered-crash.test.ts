import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { chain } from '../testing/flows.ts'
import { send, type Sent } from '../testing/send.ts'
import { killSpawned, type SpawnedServer, spawnServer } from '../testing/spawn-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

const key = 'a-key-of-a-test-of-thirty-two-characters-or-more'
const Made = z.object({ id: z.string() })

let folder: string
let database: TestDatabase
let environment: { [name: string]: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-answered-'))
  database = await createTestDatabase()
  environment = {
    PORT: '0',
    DATABASE_URL: database.url,
    HOLDFAST_SECRET_KEY: 'k'.repeat(40),
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_API_KEY: key,
    HOLDFAST_LEASE_MS: '3000',
  }
})
afterEach(killSpawned)
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

/** A flow whose caller waits, and which thinks for a while without touching anything. */
async function publish(server: SpawnedServer, name: string): Promise<string> {
  const api = (path: string, body: object) =>
    send(`${server.url}/api/v1${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${key}` } })
  const code = `export default async ({ trigger }) => {
    await new Promise((resolve) => setTimeout(resolve, trigger.body.thinksMs))
    return trigger.body.n
  }`
  const document = chain(
    { id: 'hook', type: 'webhook', params: { path: name, respond: 'whenFinished', respondTimeoutMs: 3000 } },
    { id: 'work', type: 'code', params: { code } },
  )
  const { id } = Made.parse((await api('/flows', { document })).json)
  expect((await api(`/flows/${id}/publish`, {})).status).toBe(200)
  return id
}

const nobody = { status: 0, headers: {}, text: '', json: {} }
interface Call {
  n: number
  answer: Sent
}

interface Seen {
  run_id: string
  n: number
  status: string
  torn: boolean
}

/** All runs of a flow, by what their caller sent. */
async function runsOf(flowId: string): Promise<Map<number, Seen[]>> {
  const { rows } = await database.pool.query<Seen>(
    `select r.id as run_id, (q.trigger::json #>> '{body,n}')::int as n, r.status,
       (select count(*) <> max(e.seq) + 1 from engine.events e where e.run_id = r.id) as torn
     from (select id, flow_id, status, request_id from engine.runs
       union all select id, flow_id, status, request_id from engine.history) r
     join engine.requests q on q.id = r.request_id where r.flow_id = $1`,
    [flowId],
  )
  return Map.groupBy(rows, ({ n }) => n)
}

const ways = [
  ['is killed', async (server: SpawnedServer) => server.kill('SIGKILL')],
  ['is told to stop', async (server: SpawnedServer) => server.kill('SIGTERM')],
  [
    'stands still until it counts as gone, and wakes up',
    async (server: SpawnedServer) => {
      server.kill('SIGSTOP')
      await waitFor('it to count as gone', async () => {
        const { rowCount } = await database.pool.query("select from engine.workers where state = 'live'")
        return rowCount === 1
      })
      server.kill('SIGCONT')
    },
  ],
] as const

test.each(ways)(
  'what was answered is there once and whole when the server %s over runs that nobody has heard of',
  async (how, happen) => {
    const name = `think-${how.replaceAll(/\W+/g, '-').slice(0, 20)}`
    const one = await spawnServer(environment)
    const flowId = await publish(one, name)
    const other = await spawnServer(environment)
    const calls: Call[] = []
    const call = async (server: SpawnedServer, n: number) => {
      const body = { n, thinksMs: [0, 20, 60, 110, 4000][n % 5] }
      const headers: { [header: string]: string } = n % 2 === 0 ? {} : { 'idempotency-key': `key ${n}` }
      const answer = await send(`${server.url}/hooks/${name}`, { method: 'POST', body, headers }).catch(() => nobody)
      calls.push({ n, answer })
    }
    await call(one, 0)
    const under = Array.from({ length: 60 }, (_, n) => call(one, n + 1))
    await waitFor('the first answers', async () => calls.length > 8)
    await happen(one)
    await Promise.all(under)
    // Whoever has a key and no answer sends it again, to whoever is there.
    const again = calls.filter(({ n, answer }) => n % 2 === 1 && (answer.status === 0 || answer.status >= 500))
    await Promise.all(again.map(({ n }) => call(other, n)))

    const runs = await waitFor('all runs to end', async () => {
      const found = await runsOf(flowId)
      return [...found.values()].flat().every(({ status }) => status === 'succeeded') ? found : undefined
    })
    for (const { n, answer } of calls) {
      const made = runs.get(n) ?? []
      expect(made.length, `runs of ${n}`).toBeLessThanOrEqual(1)
      expect(made.some(({ torn }) => torn)).toBe(false)
      if (answer.status === 200) expect(answer.text).toBe(String(n))
      if (answer.status === 200 || answer.status === 202) expect(made, `${n} was answered ${answer.status}`).toHaveLength(1)
      if (answer.status === 202) expect(made[0]?.run_id).toBe(answer.json['runId'])
      expect([0, 200, 202, 503]).toContain(answer.status)
    }
    expect(calls.filter(({ answer }) => answer.status === 200).length).toBeGreaterThan(0)
  },
)
