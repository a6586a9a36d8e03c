import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKeptSender } from '../requests/kept-sender.ts'
import { createLog } from '../log.ts'
import { apiOf } from '../testing/api-of.ts'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const webhook = { id: 'hook', type: 'webhook', params: {} }
const manual = { id: 'start', type: 'manual' }
const pass = { id: 'pass', type: 'output', params: { value: '{{ trigger.body.n }}' } }
const publish = (document: object) => publishFlow(server, headers, document)
const api = apiOf(
  () => server,
  () => headers,
)
const send = (url: string, n: number, more: { [name: string]: string } = {}) =>
  server.send(url, { method: 'POST', headers: more, body: { n } })

interface Row {
  state: string
  reason: string | null
  run_id: string | null
}
async function requestsOf(flowId: string): Promise<Row[]> {
  const { rows } = await server.database.pool.query<Row>(
    'select state, reason, run_id from engine.requests where flow_id = $1 order by received_at, id',
    [flowId],
  )
  return rows
}

test('a paused flow keeps what comes in and starts nothing; resumed, it starts all of it in the order it came, once', async () => {
  const { id, url } = await publish(chain(webhook, pass))
  expect((await api('POST', `/flows/${id}/pause`)).json).toMatchObject({ id, paused: true })
  for (let n = 0; n < 5; n++) {
    const sent = await send(url, n, n > 2 ? { 'idempotency-key': 'the same' } : {})
    expect(sent.status).toBe(202)
    expect(sent.json).toEqual({ requestId: sent.headers['request-id'] })
  }
  const started = await api('POST', `/flows/${id}/runs`, { input: { n: 'by hand' } })
  expect(started.json).toMatchObject({ status: 'queued', waits: [{ kind: 'slot', name: 'paused' }] })
  expect(await requestsOf(id)).toEqual(Array.from({ length: 5 }, () => ({ state: 'kept', reason: 'paused', run_id: null })))

  // Several look after it at once, as several processes do.
  const others = Array.from({ length: 3 }, () =>
    createKeptSender({ pool: server.database.pool, engine: server.engine, log: createLog('error') }),
  )
  expect((await api('POST', `/flows/${id}/resume`)).json).toMatchObject({ id, paused: false })
  for (const other of others) other.soon()
  const requests = await waitFor('all to be sent through', async () => {
    const rows = await requestsOf(id)
    return rows.every((row) => row.state === 'started') && rows
  })
  for (const other of others) await other.stop()
  const runs = await waitFor('all runs to be over', async () => {
    const { json } = await api('GET', `/runs?flowId=${id}&status=succeeded`)
    return Array.isArray(json['items']) && json['items'].length === 5 && json['items']
  })
  expect(requests.map((row) => row.reason)).toEqual([null, null, null, null, null])
  // The second delivery under one key belongs to the run of the first.
  expect(requests[4]?.run_id).toBe(requests[3]?.run_id)
  const inOrder = requests.slice(0, 4).map((row) => row.run_id)
  expect(inOrder).toEqual(inOrder.toSorted())
  expect(runs.map((run) => run.id).toSorted()).toEqual([...inOrder, started.json['id']].toSorted())
})

test('what has begun goes on while the flow is paused', async () => {
  const { id } = await publish(chain(manual, { id: 'wait', type: 'waitForCall', params: {} }))
  const { json } = await api('POST', `/flows/${id}/runs`, { input: { n: 1 } })
  const waiting = await waitFor('the run to wait', async () => {
    const run = await api('GET', `/runs/${String(json['id'])}`)
    return run.json['status'] === 'waiting' && run.json
  })
  await api('POST', `/flows/${id}/pause`)
  const waits = waiting['waits']
  const url: unknown = Array.isArray(waits) ? waits[0].url : undefined
  expect((await server.send(String(url).slice(server.url.length), { method: 'POST' })).status).toBe(200)
  await waitFor('the run to end', async () => (await api('GET', `/runs/${String(json['id'])}`)).json['status'] === 'succeeded')
})

test('a run that has not begun can be cancelled while its flow is paused', async () => {
  const { id } = await publish(chain(manual, pass))
  await api('POST', `/flows/${id}/pause`)
  const { json } = await api('POST', `/flows/${id}/runs`, {})
  expect((await api('POST', `/runs/${String(json['id'])}/cancel`, {})).json).toMatchObject({ status: 'cancelled' })
})

test('a request no start listens for any more stays in the inbox when the flow goes on', async () => {
  const { id, url } = await publish(chain({ ...webhook, params: { path: 'gone-soon' } }, pass))
  await api('POST', `/flows/${id}/pause`)
  await send(url, 1)
  const { json } = await api('GET', `/flows/${id}`)
  await api('PUT', `/flows/${id}/draft`, { document: { ...chain(manual, pass) }, revision: json['revision'] })
  await api('POST', `/flows/${id}/publish`)
  await api('POST', `/flows/${id}/resume`)
  await waitFor('it to be looked at', async () => (await requestsOf(id))[0]?.reason === 'not_listening')
})

test('a start the flow’s settings drop is answered 202 with the reason, and stays in the inbox', async () => {
  const settings = { rateLimit: { limit: 1, per: 'hour', key: '{{ trigger.body.n }}' } }
  const { id, url } = await publish({ ...chain(webhook, pass), settings })
  expect((await send(url, 1)).json).toMatchObject({ runId: expect.stringMatching(/^run_/) })
  const second = await send(url, 1)
  expect(second.status).toBe(202)
  expect(second.json).toEqual({ runId: null, requestId: second.headers['request-id'], reason: 'rate_limited' })
  const third = await api('POST', `/flows/${id}/runs`, { input: { n: 1 } })
  expect(third.status).toBe(202)
  expect(third.json).toEqual({ runId: null, reason: 'rate_limited' })
  expect((await send(url, 2)).json).toMatchObject({ runId: expect.stringMatching(/^run_/) })
  expect((await requestsOf(id)).map(({ state, reason }) => [state, reason])).toEqual([
    ['started', null],
    ['kept', 'rate_limited'],
    ['kept', 'rate_limited'],
    ['started', null],
  ])
})

test('starts that become part of a waiting one are answered with its id', async () => {
  const { id, url } = await publish({ ...chain(webhook, pass), settings: { debounce: { for: '1h' } } })
  const first = await send(url, 1)
  const second = await send(url, 2)
  expect(second.status).toBe(202)
  expect(second.json['runId']).toBe(first.json['runId'])
  const third = await api('POST', `/flows/${id}/runs`, { input: { n: 3 } })
  expect(third.status).toBe(200)
  expect(third.json).toMatchObject({ id: first.json['runId'], status: 'queued', trigger: { body: { n: 3 } } })
})

test('a start may be put off and may bring its own priority; the flow’s is for the others', async () => {
  const { id } = await publish({ ...chain(manual, pass), settings: { priority: 7 } })
  const later = await api('POST', `/flows/${id}/runs`, { input: { n: 1 }, delayMs: 3_600_000, priority: -3 })
  expect(later.status).toBe(201)
  const until = new Date(Date.parse(String(later.json['createdAt'])) + 3_600_000).toISOString()
  expect(later.json).toMatchObject({ status: 'queued', startedAt: null, waits: [{ path: '', kind: 'delay', until }] })
  const now = await api('POST', `/flows/${id}/runs`, { input: { n: 2 }, wait: 120 })
  const { rows } = await server.database.pool.query(
    `select id, priority from engine.runs where flow_id = $1 union select id, priority from engine.history where flow_id = $1
     order by priority`,
    [id],
  )
  expect(rows).toEqual([
    { id: later.json['id'], priority: -3 },
    { id: now.json['id'], priority: 7 },
  ])
  expect((await api('POST', `/flows/${id}/runs`, { priority: 101 })).status).toBe(422)
})
