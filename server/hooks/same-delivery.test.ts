import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#engine/testing/test-database.ts'
import { send } from '../testing/send.ts'
import { killSpawned, type SpawnedServer, spawnServer } from '../testing/spawn-server.ts'
import { type Sender, senders, type SentHeaders } from './testing/senders.ts'

// Two real servers over one database, to which senders repeat themselves at the same instant, and after both were killed.

const apiKey = 'an-api-key-of-the-environment-that-is-long-enough'
const hooks = 'https://hooks.test'
type Running = SpawnedServer & { url: string }
let folder: string
let database: TestDatabase
let servers: Running[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-same-'))
  database = await createTestDatabase()
  servers = [await start()]
  servers.push(await start())
})
afterAll(async () => {
  killSpawned()
  await database.drop()
  await rm(folder, { recursive: true })
})

async function start(): Promise<Running> {
  const server = await spawnServer({
    PORT: '0',
    DATABASE_URL: database.url,
    HOLDFAST_DATA_DIR: folder,
    HOLDFAST_API_KEY: apiKey,
    HOLDFAST_SECRET_KEY: 'k'.repeat(40),
    HOLDFAST_HOOKS_URL: hooks,
  })
  if (server.url === undefined) throw new Error(server.errors())
  return { ...server, url: server.url }
}

function api(method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${apiKey}` }
  return send(`${servers[0]?.url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
}

async function publish(path: string, params: object): Promise<string> {
  const nodes = [
    { id: 'trigger', type: 'webhook', params: { path, ...params } },
    { id: 'a', type: 'set', params: { values: { b: 1 } } },
  ]
  const made = await api('POST', '/flows', { document: { nodes, edges: [{ source: 'trigger', target: 'a' }] } })
  expect(made.status).toBe(201)
  const id = String(made.json['id'])
  expect((await api('POST', `/flows/${id}/publish`)).status).toBe(200)
  return id
}

type Delivery = (server: Running) => Promise<string>

async function post(server: Running, path: string, headers: SentHeaders, body: string): Promise<string> {
  const sent = await send(server.url + path, { method: 'POST', headers, body })
  if (sent.status !== 202) throw new Error(`${sent.status} ${sent.text}`)
  return String(sent.json['runId'])
}

/** A sender repeats a delivery signed anew, as those do that sign the time. */
const deliveryOf = (path: string, sender: Sender, id: string): Delivery => {
  const { body, headers } = sender.named(id)
  return async (server) => {
    const signed = await sender.sign(body, Date.now(), `${hooks}/hooks/${path}`, id)
    return post(server, signed.address?.slice(hooks.length) ?? `/hooks/${path}`, { ...signed.headers, ...headers }, body)
  }
}

/** Eight at once, to either server in turn. */
const atOnce = (delivery: Delivery) =>
  Promise.all(Array.from({ length: 8 }, (_, index) => delivery(servers[index % 2] ?? fail())))

function fail(): never {
  throw new Error('No server runs')
}

async function runsOf(flowId: string): Promise<number> {
  const { items } = (await api('GET', `/runs?flowId=${flowId}`)).json
  return Array.isArray(items) ? items.length : 0
}

test('every sender’s delivery, a key of the caller’s and one of the author’s start one run, whichever server hears them and whatever is restarted', async () => {
  const deliveries: { name: string; flowId: string; one: Delivery; other: Delivery; first: string }[] = []
  for (const [index, [name, sender]] of Object.entries(senders).entries()) {
    expect((await api('POST', '/secrets', { name: `secret-${index}`, value: sender.secret })).status).toBe(201)
    const path = `sender-${index}`
    const flowId = await publish(path, { verify: { preset: sender.preset, secret: `secret-${index}` } })
    deliveries.push({ name, flowId, one: deliveryOf(path, sender, 'one'), other: deliveryOf(path, sender, 'other'), first: '' })
  }
  const json = { 'content-type': 'application/json' }
  const anybody = await publish('anybody', {})
  const withKey =
    (key: string): Delivery =>
    (server) =>
      post(server, '/hooks/anybody', { ...json, 'idempotency-key': key }, '{}')
  deliveries.push({ name: 'Idempotency-Key', flowId: anybody, one: withKey('one'), other: withKey('other'), first: '' })
  const chosen = await publish('chosen', {
    dedupe: { key: '{{ trigger.body.order.id }}/{{ trigger.headers["x-shop"] }}', windowHours: 1 },
  })
  let tries = 0
  const ofOrder =
    (id: number): Delivery =>
    (server) =>
      post(server, '/hooks/chosen', { ...json, 'x-shop': 'a' }, JSON.stringify({ order: { id }, try: (tries += 1) }))
  deliveries.push({ name: 'an expression', flowId: chosen, one: ofOrder(1), other: ofOrder(2), first: '' })

  for (const delivery of deliveries) {
    const runs = await atOnce(delivery.one)
    expect({ name: delivery.name, runs: new Set(runs).size }).toEqual({ name: delivery.name, runs: 1 })
    delivery.first = runs[0] ?? ''
  }

  for (const server of servers) server.kill('SIGKILL')
  await Promise.all(servers.map(({ exit }) => exit))
  servers = [await start()]
  servers.push(await start())

  for (const { name, flowId, one, other, first } of deliveries) {
    expect({ name, runs: new Set(await atOnce(one)) }).toEqual({ name, runs: new Set([first]) })
    const others = new Set(await atOnce(other))
    expect({ name, runs: others.size }).toEqual({ name, runs: 1 })
    expect(others).not.toContain(first)
    expect({ name, runs: await runsOf(flowId) }).toEqual({ name, runs: 2 })
  }

  // The hour of the author's key, and the week of all others, is counted from the first delivery.
  const { rows } = await database.pool.query<{ run_id: string; hours: number }>(
    `select k.run_id, round(extract(epoch from k.expires_at - now()) / 3600)::int as hours from engine.idempotency_keys k`,
  )
  const hoursOf = new Map(rows.map(({ run_id, hours }) => [run_id, hours]))
  for (const { name, first } of deliveries)
    expect({ name, hours: hoursOf.get(first) }).toEqual({ name, hours: name === 'an expression' ? 1 : 168 })

  await database.pool.query(`update engine.idempotency_keys set expires_at = now() - interval '1 second'`)
  for (const { name, one, first } of deliveries) {
    const again = new Set(await atOnce(one))
    expect({ name, runs: again.size }).toEqual({ name, runs: 1 })
    expect(again).not.toContain(first)
  }
})
