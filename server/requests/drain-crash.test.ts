import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { RequestDrain } from '#shared/inbox-request.ts'
import { chain } from '../testing/flows.ts'
import { send, type SendOptions } from '../testing/send.ts'
import { killSpawned, type SpawnedServer, spawnServer } from '../testing/spawn-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

const key = 'a-key-of-a-test-of-thirty-two-characters-or-more'
const Made = z.object({ id: z.string(), endpoints: z.array(z.object({ url: z.string() })) })

let folder: string
let database: TestDatabase
let environment: { [name: string]: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-drain-'))
  database = await createTestDatabase()
  environment = {
    PORT: '0',
    TEST_HOOKS: '1',
    DATABASE_URL: database.url,
    HOLDFAST_SECRET_KEY: 'k'.repeat(40),
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_API_KEY: key,
    HOLDFAST_LEASE_MS: '3000',
  }
})
afterAll(async () => {
  killSpawned()
  await database.drop()
  await rm(folder, { recursive: true })
})

const api = ({ url }: SpawnedServer, path: string, options: SendOptions = {}) =>
  send(`${url ?? ''}/api/v1${path}`, { ...options, headers: { authorization: `Bearer ${key}` } })

const keys = ['a', 'b', 'c']
const count = 30

/** A flow that is off, with requests of three keys, one after the other, that wait to be sent through. */
async function keepMany(server: SpawnedServer, name: string, settings: object): Promise<string> {
  const hook = { id: 'hook', type: 'webhook', params: { path: name } }
  const pass = { id: 'pass', type: 'output', params: { value: '{{ trigger.body }}' } }
  const document = { ...chain(hook, pass), settings }
  const made = Made.parse((await api(server, '/flows', { method: 'POST', body: { document } })).json)
  expect((await api(server, `/flows/${made.id}/publish`, { method: 'POST' })).status).toBe(200)
  await api(server, `/flows/${made.id}/disable`, { method: 'POST' })
  for (let n = 0; n < count; n++)
    await send(`${server.url}/hooks/${name}`, { method: 'POST', body: { key: keys[n % keys.length], n } })
  return made.id
}

interface Sent {
  n: number
  key: string
  state: string
  runId: string
  runs: number
}

async function whatBecame(flowId: string): Promise<Sent[]> {
  const { rows } = await database.pool.query<Sent>(
    `select (trigger::json #>> '{body,n}')::int as n, trigger::json #>> '{body,key}' as key, state, run_id as "runId",
       (select count(*)::int from engine.history h where h.request_id = r.id) as runs
     from engine.requests r where flow_id = $1 order by received_at, id`,
    [flowId],
  )
  return rows
}

for (const [name, settings, deaths] of [
  ['plain', {}, ['checkpoint.before-commit:6', 'checkpoint.after-commit:7']],
  ['keyed', { concurrency: { limit: 1, key: '{{ trigger.body.key }}' } }, ['ingest.before-commit:6', 'ingest.after-commit:7']],
] as const) {
  test(`kept requests of a ${name} flow go on after each kill, by two servers at last: each once, in the order they came`, async () => {
    const first = await spawnServer(environment)
    const id = await keepMany(first, name, settings)
    await api(first, `/flows/${id}/requests/drain`, { method: 'POST', body: { ratePerSecond: 200 } })
    first.kill('SIGKILL')
    await first.exit
    await database.pool.query('update app.flows set enabled = true where id = $1', [id])
    for (const death of deaths) {
      const mortal = await spawnServer({ ...environment, HOLDFAST_FAILPOINT: death })
      expect(await mortal.exit).toMatchObject({ signal: 'SIGKILL' })
    }
    const before = await whatBecame(id)
    expect(before.filter(({ state }) => state === 'started').length).toBeLessThan(count)
    const servers = await Promise.all([spawnServer(environment), spawnServer(environment)])
    const [one] = servers
    await waitFor('all to be sent through and over', async () => {
      const drain = RequestDrain.parse((await api(one, `/flows/${id}/requests/drain`)).json)
      return drain.status === 'finished' && (await whatBecame(id)).every(({ runs }) => runs > 0)
    })
    const all = await whatBecame(id)
    expect(all.map(({ n }) => n)).toEqual(Array.from({ length: count }, (_, n) => n))
    expect(all.filter(({ state, runs }) => state !== 'started' || runs !== 1)).toEqual([])
    const runIds = all.map(({ runId }) => runId)
    expect(new Set(runIds).size).toBe(count)
    expect(runIds).toEqual(runIds.toSorted())
    const { rows } = await database.pool.query<{ key: string; n: number }>(
      `select trigger::json #>> '{body,key}' as key, (trigger::json #>> '{body,n}')::int as n
       from engine.history h join engine.requests r on r.id = h.request_id
       where h.flow_id = $1 order by h.started_at, h.id`,
      [id],
    )
    for (const each of keys) {
      const order = rows.filter((row) => row.key === each).map(({ n }) => n)
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
    for (const server of servers) server.kill('SIGKILL')
    await Promise.all(servers.map(({ exit }) => exit))
  })
}

test('when the connection that holds the turn breaks in the middle, each still goes once and in order', async () => {
  const servers = await Promise.all([spawnServer(environment), spawnServer(environment)])
  const [one] = servers
  const id = await keepMany(one, 'broken', {})
  await api(one, `/flows/${id}/requests/drain`, { method: 'POST', body: { ratePerSecond: 20 } })
  // Whoever has the turn stands still at one of these, and nobody comes to the end before the last of them is let go.
  const held = []
  for (const n of [5, 15, 25]) {
    const client = await database.pool.connect()
    await client.query('begin')
    await client.query(`select from engine.requests where flow_id = $1 and (trigger::json #>> '{body,n}')::int = $2 for update`, [
      id,
      n,
    ])
    held.push(client)
  }
  await database.pool.query('update app.flows set enabled = true where id = $1', [id])
  for (const client of held) {
    await waitFor('somebody to have the turn, and lose it', async () => {
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
           and objid::bigint = (hashtextextended($1, 7393) & 4294967295)`,
        [id],
      )
      return rowCount === 1
    })
    await client.query('rollback')
    client.release()
  }
  await waitFor('all to be sent through and over', async () => {
    const { status } = RequestDrain.parse((await api(one, `/flows/${id}/requests/drain`)).json)
    return status === 'finished' && (await whatBecame(id)).every(({ runs }) => runs > 0)
  })
  const all = await whatBecame(id)
  expect(all.filter(({ state, runs }) => state !== 'started' || runs !== 1)).toEqual([])
  const runIds = all.map(({ runId }) => runId)
  expect(runIds).toEqual(runIds.toSorted())
  for (const server of servers) server.kill('SIGKILL')
  await Promise.all(servers.map(({ exit }) => exit))
})
