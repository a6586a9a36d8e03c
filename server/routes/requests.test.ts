import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InboxPage, InboxRequestDetail, RequestDrain, WholeRequest } from '#shared/inbox-request.ts'
import { createKeptSender } from '../requests/kept-sender.ts'
import { createLog } from '../log.ts'
import { apiOf } from '../testing/api-of.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { rawConnection } from '../testing/raw-connection.ts'
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
const pass = { id: 'pass', type: 'output', params: { value: '{{ trigger.body }}' } }
const api = apiOf(
  () => server,
  () => headers,
)
const post = (url: string, body: unknown) => server.send(url, { method: 'POST', body })
async function inbox(flowId: string, query = ''): Promise<InboxPage> {
  const sent = await api('GET', `/flows/${flowId}/requests${query}`)
  expect(sent.status).toBe(200)
  return InboxPage.parse(sent.json)
}
const idOf = (sent: { json: { [name: string]: unknown } }) => String(sent.json['requestId'])
const drainOf = async (flowId: string) => RequestDrain.parse((await api('GET', `/flows/${flowId}/requests/drain`)).json)

describe('the inbox', () => {
  test('lists what started a run, what is kept and what was rejected, with the reason, newest first, page by page', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const started = await post(url, { name: 'Nimbus' })
    const unread = await server.send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{nothing' })
    expect(unread.status).toBe(400)
    await api('POST', `/flows/${id}/disable`)
    const kept = await post(url, { name: 'Orbit' })
    const all = await inbox(id)
    expect(all.items).toMatchObject([
      { id: idOf(kept), state: 'kept', reason: 'disabled', runId: null, subject: 'Orbit' },
      { state: 'rejected', reason: 'invalid_json', subject: null },
      { id: idOf(started), state: 'started', reason: null, runId: started.json['runId'], subject: 'Nimbus', method: 'POST' },
    ])
    const first = await inbox(id, '?limit=2')
    expect((await api('GET', `/flows/${id}/requests?cursor=elsewhere`)).json).toMatchObject({
      status: 422,
      errors: [{ path: 'cursor' }],
    })
    const second = await inbox(id, `?limit=2&cursor=${first.nextCursor ?? ''}`)
    expect([...first.items, ...second.items]).toEqual(all.items)
    expect(second.nextCursor).toBeNull()
    expect((await inbox(id, '?state=rejected')).items).toEqual([all.items[1]])
    expect((await inbox(id, '?state=kept')).items).toEqual([all.items[0]])
  })

  test('finds requests by words, with a run or without, and by their id', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const other = await publishFlow(server, headers, chain(webhook, pass))
    const ran = await post(url, { mail: 'hello@wombat.example' })
    await api('POST', `/flows/${id}/pause`)
    const kept = await post(url, { mail: 'bye@wombat.example' })
    await post(other.url, { mail: 'wombat elsewhere' })
    const found = await waitFor('the words', async () => {
      const page = await inbox(id, '?q=wombat')
      return page.items.length === 2 && page
    })
    expect(found.items.map((item) => item.id)).toEqual([idOf(kept), idOf(ran)])
    expect((await inbox(id, '?q=bye')).items.map((item) => item.id)).toEqual([idOf(kept)])
    const first = await inbox(id, '?q=wombat&limit=1')
    const second = await inbox(id, `?q=wombat&limit=1&cursor=${first.nextCursor ?? ''}`)
    expect(second.items.map((item) => item.id)).toEqual([idOf(ran)])
    expect((await inbox(id, `?q=${idOf(ran)}`)).items.map((item) => item.id)).toEqual([idOf(ran)])
    expect((await inbox(id, '?q=wombat&state=started')).items.map((item) => item.id)).toEqual([idOf(ran)])
  })

  test('gives what was sent to the letter, and is closed to other workspaces', async () => {
    const { id, url } = await createFlow(server, headers, { nodes: [webhook], edges: [] })
    const sent = await server.send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"big":12345678901234567890}',
    })
    const path = `/flows/${id}/requests/${idOf(sent)}`
    const one = await api('GET', path)
    expect(one.text).toContain('"body":{"big":12345678901234567890}')
    expect(InboxRequestDetail.parse(one.json)).toMatchObject({ state: 'kept', reason: 'draft' })
    const theirs = await server.makeKey(['admin'], await server.makeWorkspace())
    expect((await server.send(`/api/v1${path}`, { headers: theirs })).status).toBe(404)
    const elsewhere = await createFlow(server, headers, { nodes: [webhook], edges: [] })
    expect((await api('GET', `/flows/${elsewhere.id}/requests/${idOf(sent)}`)).status).toBe(404)
  })

  test('compares numbers digit by digit, however long they are', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const json = (body: string) => server.send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const first = await json('{"n":12345678901234567890}')
    const second = await json('{"n":12345678901234567891}')
    const compared = await api('GET', `/flows/${id}/requests?ids=${idOf(first)},${idOf(second)}`)
    expect(compared.text).toContain('"path":"body.n","a":12345678901234567890,"b":12345678901234567891,')
    expect(InboxPage.parse(compared.json).differences?.find(({ path }) => path === 'body.n')?.written).toEqual({
      a: '12345678901234567890',
      b: '12345678901234567891',
    })
  })

  test('shows those that came in a time, with words or without', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const at: string[] = []
    for (const name of ['one', 'two', 'three']) {
      await post(url, { name, what: 'zebra' })
      const [newest] = (await inbox(id)).items
      at.push(newest?.receivedAt ?? '')
      await waitFor('the next millisecond', async () => new Date().toISOString() > (newest?.receivedAt ?? ''))
    }
    const ids = (await inbox(id)).items.map((item) => item.id).toReversed()
    const between = async (query: string) => (await inbox(id, `?${query}`)).items.map((item) => item.id)
    expect(await between(`from=${at[1]}&to=${at[2]}`)).toEqual([ids[1]])
    expect(await between(`from=${at[1]}`)).toEqual([ids[2], ids[1]])
    await waitFor('the words', async () => (await between('q=zebra')).length === 3)
    expect(await between(`q=zebra&from=${at[1]}&to=${at[2]}`)).toEqual([ids[1]])
    expect(await between(`state=kept&from=${at[0]}`)).toEqual([])
  })

  test('says of one that came slowly the time by which it is found, too', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const head = `POST ${url} HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nConnection: close\r\n`
    const slow = rawConnection(server.url, `${head}Expect: 100-continue\r\n\r\n`)
    await slow.answer('100 Continue')
    const fast = await post(url, { name: 'while the other one waits' })
    const done = Date.now()
    await waitFor('the next millisecond', async () => Date.now() > done)
    slow.socket.write('{}')
    expect(await slow.answer()).toContain('202 Accepted')
    const [newest, oldest] = (await inbox(id)).items
    expect(newest?.id).toBe(idOf(fast))
    const { receivedAt = '' } = oldest ?? {}
    expect(receivedAt <= (newest?.receivedAt ?? '')).toBe(true)
    const after = new Date(Date.parse(receivedAt) + 1).toISOString()
    const found = (await inbox(id, `?from=${receivedAt}&to=${after}`)).items.map((item) => item.id)
    expect(found).toContain(oldest?.id)
  })

  test('marks what is not usual in forms and texts, whatever names a stranger chooses', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const form = (body: string) =>
      server.send(url, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
    for (let n = 0; n < 3; n++) await form('name=Ada&__proto__=x&a.b=1')
    await form('name=Ada&constructor=x&a.b=1')
    await server.send(url, { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<name>Ada</name>' })
    const [xml, odd, ...usual] = (await inbox(id)).items
    expect(xml?.unusual).toEqual([{ path: '', kind: 'changed', usual: 'group', now: 'text' }])
    expect(odd?.unusual).toEqual([
      { path: '__proto__', kind: 'missing', usual: 'text', now: null },
      { path: 'constructor', kind: 'new', usual: null, now: 'text' },
    ])
    expect(usual.map(({ unusual }) => unusual)).toEqual([[], [], []])
  })

  test('marks fields of XML where the start takes it apart', async () => {
    const { id, url } = await publishFlow(server, headers, chain({ ...webhook, params: { parseXml: true } }, pass))
    const xml = (body: string) => server.send(url, { method: 'POST', headers: { 'content-type': 'application/xml' }, body })
    for (let n = 0; n < 3; n++) await xml('<order><name>Ada</name><mail>ada@example.com</mail></order>')
    await xml('<order><name>Ada</name></order>')
    const [odd, ...usual] = (await inbox(id)).items
    expect(odd?.unusual.map(({ path, kind }) => [path, kind])).toEqual([['order.mail', 'missing']])
    expect(odd?.subject).toBe('Ada')
    expect(usual.map(({ unusual }) => unusual)).toEqual([[], [], []])
  })

  test('tells what was answered, and a run which request it is of', async () => {
    const answerOf = async (flowId: string, request: string) =>
      WholeRequest.parse((await api('GET', `/flows/${flowId}/requests/${request}`)).json).answer
    const newest = async (flowId: string) => (await inbox(flowId)).items[0]?.id ?? ''
    const atOnce = await publishFlow(server, headers, chain(webhook, pass))
    const started = await post(atOnce.url, { n: 1 })
    const { runId, requestId } = started.json
    expect(await answerOf(atOnce.id, idOf(started))).toEqual({
      status: 202,
      body: JSON.stringify({ runId, requestId }),
      isCut: false,
      afterMs: null,
    })
    expect((await api('GET', `/runs/${String(runId)}`)).json).toMatchObject({ requestId })
    await server.send(atOnce.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{nothing' })
    expect(await answerOf(atOnce.id, await newest(atOnce.id))).toMatchObject({ status: 400, body: null })
    await api('POST', `/flows/${atOnce.id}/disable`)
    const kept = await post(atOnce.url, { n: 2 })
    await api('POST', `/flows/${atOnce.id}/enable`)
    await api('POST', `/flows/${atOnce.id}/requests/${idOf(kept)}/send`, { to: 'live' })
    expect(await answerOf(atOnce.id, idOf(kept))).toMatchObject({ status: 202, body: null })

    const finished = { ...webhook, params: { respond: 'whenFinished' } }
    const whole = await publishFlow(server, headers, chain(finished, pass))
    await post(whole.url, { text: 'x'.repeat(3000) })
    expect(await answerOf(whole.id, await newest(whole.id))).toMatchObject({
      status: 200,
      body: `{"text":"${'x'.repeat(1991)}`,
      isCut: true,
      afterMs: expect.any(Number),
    })
    const failing = chain(finished, { id: 'fail', type: 'stop', params: { as: 'failed', message: 'no' } })
    const failed = await publishFlow(server, headers, failing)
    await post(failed.url, {})
    expect(await answerOf(failed.id, await newest(failed.id))).toMatchObject({ status: 500 })

    const step = { ...webhook, params: { respond: 'respondStep' } }
    const answering = chain(step, { id: 'say', type: 'respond', params: { status: 418, body: 'short and stout' } })
    const teapot = await publishFlow(server, headers, answering)
    await post(teapot.url, {})
    expect(await answerOf(teapot.id, await newest(teapot.id))).toMatchObject({ status: 418, body: 'short and stout' })
  })

  test('marks what is not as usual, and compares two requests field by field', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    const usual = { order: 1, amount: 12.5, customer: { name: 'Ada', email: 'ada@example.com' } }
    await post(url, usual)
    await post(url, usual)
    const first = await post(url, usual)
    const odd = await post(url, { order: 1, amount: '1,250', customer: { name: 'Ada' } })
    const { items } = await inbox(id)
    expect(items[0]?.unusual).toEqual([
      { path: 'amount', kind: 'changed', usual: 'number', now: 'text' },
      { path: 'customer.email', kind: 'missing', usual: 'text', now: null },
    ])
    expect(items.slice(1).map(({ unusual }) => unusual)).toEqual([[], [], []])
    const compared = await inbox(id, `?ids=${idOf(first)},${idOf(odd)}`)
    expect(compared.items.map((item) => item.id)).toEqual([idOf(first), idOf(odd)])
    expect(compared.differences).toEqual(
      expect.arrayContaining([
        { path: 'body.amount', a: 12.5, b: '1,250', written: { a: '12.5', b: '"1,250"' } },
        { path: 'body.customer.email', a: 'ada@example.com', written: { a: '"ada@example.com"' } },
      ]),
    )
    expect(compared.differences?.some(({ path }) => path === 'body.order')).toBe(false)
    expect((await api('GET', `/flows/${id}/requests?ids=${idOf(odd)}`)).status).toBe(422)
  })
})

describe('sending through again', () => {
  test('a kept request to the draft leaves it kept; to the live version it becomes that run’s', async () => {
    const { id, url } = await createFlow(server, headers, chain(webhook, pass))
    const sent = await post(url, { n: 1 })
    const send = (to: string) => api('POST', `/flows/${id}/requests/${idOf(sent)}/send`, { to })
    expect((await send('live')).status).toBe(422)
    const draft = await send('draft')
    expect(draft.status).toBe(201)
    expect(draft.json).toMatchObject({ version: 'draft', trigger: { body: { n: 1 } } })
    expect((await inbox(id)).items).toMatchObject([{ state: 'kept', runId: null }])
    await api('POST', `/flows/${id}/publish`)
    const live = await send('live')
    expect(live.json).toMatchObject({ version: 1, trigger: { body: { n: 1 } } })
    expect((await inbox(id)).items).toMatchObject([{ state: 'started', runId: live.json['id'] }])
    const again = await send('live')
    expect(again.status).toBe(201)
    expect(again.json['id']).not.toBe(live.json['id'])
    const { runId, sent: runs } = WholeRequest.parse((await api('GET', `/flows/${id}/requests/${idOf(sent)}`)).json)
    expect(runId).toBe(live.json['id'])
    expect(runs.map((run) => [run.runId, run.to])).toEqual([
      [again.json['id'], 'live'],
      [live.json['id'], 'live'],
      [draft.json['id'], 'draft'],
    ])
    expect((await inbox(id)).items).toMatchObject([{ state: 'started', runId: live.json['id'] }])
  })

  test('is asked for by ten at once, and the kept request belongs to one run', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    await api('POST', `/flows/${id}/disable`)
    const sent = await post(url, { n: 1 })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api('POST', `/flows/${id}/requests/${idOf(sent)}/send`, { to: 'live' })),
    )
    const { items } = await inbox(id)
    expect(answers.filter(({ json }) => json['id'] === items[0]?.runId)).toHaveLength(1)
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
  })

  test('a rejected one is refused, and a request becomes the sample of its start step', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    await server.send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{nothing' })
    const [rejected] = (await inbox(id)).items
    const path = `/flows/${id}/requests/${rejected?.id ?? ''}`
    expect((await api('POST', `${path}/send`, { to: 'live' })).status).toBe(422)
    expect((await api('POST', `${path}/sample`, {})).status).toBe(422)
    const sent = await post(url, { n: 7 })
    const sample = await api('POST', `/flows/${id}/requests/${idOf(sent)}/sample`, {})
    expect(sample.json).toMatchObject({ stepId: 'hook', source: 'request', value: { body: { n: 7 } } })
  })
})

test('an event that a flow’s limits dropped lies in the inbox, and starts its run when it is sent through', async () => {
  const event = { id: 'heard', type: 'event', params: { name: 'order.placed' } }
  const limited = { ...chain(event, pass), settings: { rateLimit: { limit: 1, per: 'day' } } }
  const { id } = await publishFlow(server, headers, limited)
  for (const n of [1, 2]) await api('POST', '/events', { name: 'order.placed', data: { n } })
  const [dropped] = await waitFor('the second to be dropped', async () => {
    const { items } = await inbox(id)
    return items.length > 0 && items
  })
  expect(dropped).toMatchObject({ state: 'kept', reason: 'rate_limited', method: 'EVENT', path: 'event/heard' })
  const sent = await api('POST', `/flows/${id}/requests/${dropped?.id ?? ''}/send`, { to: 'draft' })
  expect(sent.json).toMatchObject({ triggerId: 'heard', trigger: { kind: 'event', body: { n: 2 } } })
})

describe('draining', () => {
  test('sends all that is kept in the order it came, each once, at the rate that was asked for, whoever looks after it', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    await api('POST', `/flows/${id}/disable`)
    const sent: string[] = []
    for (let n = 0; n < 30; n++) sent.push(idOf(await post(url, { n })))
    expect(await drainOf(id)).toMatchObject({ status: 'none', kept: 30 })
    const asked = await api('POST', `/flows/${id}/requests/drain`, { ratePerSecond: 50 })
    expect(asked.status).toBe(202)
    expect(asked.json).toMatchObject({ status: 'waiting', total: 30, left: 30, ratePerSecond: 50 })
    const others = Array.from({ length: 3 }, () =>
      createKeptSender({ pool: server.database.pool, engine: server.engine, log: createLog('error') }),
    )
    await api('POST', `/flows/${id}/enable`)
    const done = await waitFor('all to be sent through', async () => {
      for (const other of others) other.soon()
      const drain = await drainOf(id)
      return drain.status === 'finished' && drain
    })
    for (const other of others) await other.stop()
    expect(done).toMatchObject({ total: 30, left: 0, kept: 0 })
    const { items } = await inbox(id)
    expect(items.map((item) => item.id).toReversed()).toEqual(sent)
    const runs = items.map((item) => item.runId).toReversed()
    expect(runs).toEqual(runs.toSorted())
    expect(new Set(runs).size).toBe(30)
    // When the next one may go says how many have gone at that rate, however slow the machine was.
    const { rows } = await server.database.pool.query<{ counted: boolean }>(
      "select next_at >= asked_at + interval '0.6 s' as counted from app.request_drains where flow_id = $1",
      [id],
    )
    expect(rows).toEqual([{ counted: true }])
  })

  test('can be stopped: what is left stays kept', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    await api('POST', `/flows/${id}/pause`)
    for (let n = 0; n < 3; n++) await post(url, { n })
    await api('POST', `/flows/${id}/requests/drain`, { ratePerSecond: 0.01 })
    expect((await api('DELETE', `/flows/${id}/requests/drain`)).json).toMatchObject({ status: 'finished', kept: 3 })
    await api('POST', `/flows/${id}/resume`)
    const live = await post(url, { n: 'live' })
    expect(live.json['runId']).toMatch(/^run_/)
    expect((await inbox(id, '?state=kept')).items.map(({ reason }) => reason)).toEqual(['stopped', 'stopped', 'stopped'])
  })

  test('is seen by those who may only see what is their own if they asked for it themselves', async () => {
    const { id, url } = await publishFlow(server, headers, chain(webhook, pass))
    await api('POST', `/flows/${id}/disable`)
    await post(url, { n: 1 })
    await api('POST', `/flows/${id}/requests/drain`, { ratePerSecond: 1 })
    const runner = await server.makeKey(['run'])
    const drain = (method: string) =>
      server.send(`/api/v1/flows/${id}/requests/drain`, { method, headers: runner, ...(method === 'POST' ? { body: {} } : {}) })
    const nothing = { status: 'none', ratePerSecond: null, total: 0, left: 0, kept: 0, askedAt: null, finishedAt: null }
    expect((await drain('GET')).json).toEqual(nothing)
    expect((await drain('POST')).json).toMatchObject({ status: 'waiting', total: 1, left: 1, kept: 0 })
    expect((await drain('GET')).json).toMatchObject({ status: 'waiting', left: 1, kept: 0 })
    expect(await drainOf(id)).toMatchObject({ status: 'waiting', left: 1, kept: 1 })
  })

  test('is for flows that are published', async () => {
    const { id } = await createFlow(server, headers, { nodes: [webhook], edges: [] })
    expect((await api('POST', `/flows/${id}/requests/drain`, {})).status).toBe(422)
  })
})
