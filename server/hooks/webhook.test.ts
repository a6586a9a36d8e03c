import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import type { SendOptions } from '../testing/send.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

const Runs = z.object({ items: z.array(z.object({ id: z.string(), status: z.string() })) })
const Steps = z.object({ items: z.array(z.object({ nodeId: z.string(), output: z.unknown() })) })
const Waiting = z.object({ waits: z.array(z.object({ url: z.string() })) })

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const webhook = (params: object = { respond: 'respondStep' }) => ({ id: 'trigger', type: 'webhook', params })
const respond = (params: object) => ({ id: 'answer', type: 'respond', params })
const publish = (...nodes: Parameters<typeof chain>) => publishFlow(server, headers, chain(...nodes))
const json = { 'content-type': 'application/json' }
const post = (url: string, body: unknown, more: SendOptions['headers'] = {}) =>
  server.send(url, { method: 'POST', body, headers: { ...more } })

async function runsOf(flowId: string): Promise<z.infer<typeof Runs>['items']> {
  const sent = await server.send(`/api/v1/runs?flowId=${flowId}`, { headers })
  return Runs.parse(sent.json).items
}

async function inboxOf(flowId: string): Promise<{ state: string; reason: string | null }[]> {
  const { rows } = await server.database.pool.query<{ state: string; reason: string | null }>(
    'select state, reason from engine.requests where flow_id = $1 order by id',
    [flowId],
  )
  return rows
}

describe('a request', () => {
  test('travels through its flow and gets the answer of the respond step', async () => {
    const { id, url } = await publish(
      webhook(),
      { id: 'total', type: 'set', params: { values: { total: '{{ trigger.body.qty * 7 }}' } } },
      respond({ status: 201, headers: { 'X-Total': '{{ steps.total.total }}' }, body: { total: '{{ steps.total.total }}' } }),
    )
    const sent = await post(url, { qty: 3 })
    expect(sent.status).toBe(201)
    expect(sent.json).toEqual({ total: 21 })
    expect(sent.headers['x-total']).toBe('21')
    expect(await waitFor('the run', async () => (await runsOf(id)).find((run) => run.status === 'succeeded'))).toBeDefined()
  })

  test('is answered at once where the flow says so, after the run is kept', async () => {
    const { id, url } = await publish(webhook({}), { id: 'a', type: 'set', params: { values: { b: 1 } } })
    const sent = await post(url, { n: 1 })
    expect(sent.status).toBe(202)
    expect(sent.json).toEqual({ runId: expect.stringMatching(/^run_/), requestId: sent.headers['request-id'] })
    expect((await runsOf(id)).map((run) => run.id)).toEqual([sent.json['runId']])
  })

  test('gets the run’s output when it is finished', async () => {
    const { url } = await publish(webhook({ respond: 'whenFinished' }), {
      id: 'a',
      type: 'set',
      params: { values: { doubled: '{{ trigger.body.n * 2 }}' } },
    })
    const sent = await post(url, { n: 4 })
    expect(sent.status).toBe(200)
    expect(sent.json).toEqual({ doubled: 8 })
  })

  test('is told 500 with nothing of why when the run fails', async () => {
    const { url } = await publish(webhook({ respond: 'whenFinished' }), {
      id: 'a',
      type: 'stop',
      params: { as: 'failed', message: 'a secret reason' },
    })
    const sent = await post(url, {})
    expect(sent.status).toBe(500)
    expect(sent.json).toMatchObject({ code: 'stopped', runId: expect.stringMatching(/^run_/) })
    expect(sent.text).not.toContain('secret reason')
  })

  test('is told 202 when the flow takes longer than its caller is kept waiting', async () => {
    const { id, url } = await publish(
      webhook({ respond: 'respondStep', respondTimeoutMs: 100 }),
      { id: 'wait', type: 'delay', params: { for: '1h' } },
      respond({ status: 200 }),
    )
    const sent = await post(url, {})
    expect(sent.status).toBe(202)
    expect(await waitFor('the wait', async () => (await runsOf(id)).find((run) => run.status === 'waiting'))).toMatchObject({
      id: sent.json['runId'],
    })
  })

  test('whose answer comes when nobody listens any more is not said to be answered, and gets it when it is sent again', async () => {
    const outputOf = async (flowId: string) => {
      const [run] = await waitFor('the run', async () => {
        const runs = await runsOf(flowId)
        return runs[0]?.status === 'succeeded' && runs
      })
      const sent = await server.send(`/api/v1/runs/${run?.id}/steps`, { headers })
      return Steps.parse(sent.json).items.find(({ nodeId }) => nodeId === 'answer')?.output
    }
    const atOnce = await publish(webhook({}), respond({ body: 'heard by nobody' }))
    expect((await post(atOnce.url, {})).status).toBe(202)
    expect(await outputOf(atOnce.id)).toEqual({ sent: false })

    const held = await publishFlow(server, headers, {
      nodes: [
        webhook({ respond: 'respondStep', respondTimeoutMs: 100 }),
        { id: 'call', type: 'waitForCall', params: {} },
        respond({ body: 'late' }),
      ],
      edges: [
        { source: 'trigger', target: 'call' },
        { source: 'call', sourceHandle: 'received', target: 'answer' },
      ],
    })
    const key = { 'idempotency-key': 'late' }
    const first = await post(held.url, {}, key)
    expect(first.status).toBe(202)
    const wait = await waitFor('the wait', async () => {
      const run = await server.send(`/api/v1/runs/${String(first.json['runId'])}`, { headers })
      return Waiting.parse(run.json).waits[0]
    })
    await post(new URL(wait.url).pathname, {})
    expect(await outputOf(held.id)).toEqual({ sent: false })
    expect(await post(held.url, {}, key)).toMatchObject({ status: 200, text: 'late' })
  })

  test('sent again with its Idempotency-Key gets the first run’s answer, also at the same time', async () => {
    const { id, url } = await publish(
      webhook(),
      { id: 'mark', type: 'code', params: { code: 'export default async () => ({ mark: Math.random() })' } },
      respond({ status: 200, body: '{{ steps.mark.mark }}' }),
    )
    const all = await Promise.all(Array.from({ length: 4 }, () => post(url, { n: 1 }, { 'idempotency-key': 'order-1' })))
    const later = await post(url, { n: 1 }, { 'idempotency-key': 'order-1' })
    expect(new Set([...all, later].map((sent) => sent.text)).size).toBe(1)
    expect(later.status).toBe(200)
    expect(await runsOf(id)).toHaveLength(1)
    expect((await post(url, { n: 1 }, { 'idempotency-key': 'order-2' })).text).not.toBe(later.text)
    expect((await post(url, {}, { 'idempotency-key': 'x'.repeat(201) })).status).toBe(422)
  })

  test('sent again is told of the first one’s run and of its place in the inbox', async () => {
    const { id, url } = await publish(webhook({}), { id: 'a', type: 'set', params: { values: {} } })
    const key = { 'idempotency-key': 'order-1' }
    const all = await Promise.all(Array.from({ length: 4 }, () => post(url, {}, key)))
    const later = await post(url, {}, key)
    expect(new Set([...all, later].map(({ text }) => text)).size).toBe(1)
    const looked = await server.send(`/api/v1/flows/${id}/requests/${String(later.json['requestId'])}`, { headers })
    expect(looked.json).toMatchObject({ state: 'started', runId: later.json['runId'] })
  })

  test('by another method than the flow takes is 405', async () => {
    const { id, url } = await publish(webhook({ methods: ['POST', 'PUT'] }), {
      id: 'a',
      type: 'set',
      params: { values: { b: 1 } },
    })
    const sent = await server.send(url)
    expect(sent.status).toBe(405)
    expect(sent.headers['allow']).toBe('POST, PUT')
    expect(await runsOf(id)).toEqual([])
  })

  test('that the flow doesn’t care about is kept and starts nothing', async () => {
    const { id, url } = await publish(webhook({ onlyIf: '{{ trigger.body.amount > 10 }}' }), {
      id: 'a',
      type: 'set',
      params: { values: { b: 1 } },
    })
    expect((await post(url, { amount: 5 })).json).toMatchObject({ runId: null, reason: 'only_if' })
    expect((await post(url, { amount: 50 })).json['runId']).toMatch(/^run_/)
    expect(await runsOf(id)).toHaveLength(1)
    expect(await inboxOf(id)).toMatchObject([{ state: 'kept', reason: 'only_if' }, {}])
  })

  test.each(['/hooks', '/hooks/a/b', '/resume', '/forms/a/b', '/files/a', `/hooks/${'x'.repeat(9000)}`])(
    'that leads nowhere (%.20s) is refused in the sandbox, like every answer there',
    async (path) => {
      const sent = await server.send(path)
      expect([404, 414]).toContain(sent.status)
      expect(sent.headers['content-security-policy']).toContain('sandbox allow-forms allow-scripts')
      expect(sent.headers['x-content-type-options']).toBe('nosniff')
    },
  )

  test('to an address nobody listens at is 404', async () => {
    const sent = await post('/hooks/nobody-here', {})
    expect(sent.json).toMatchObject({ status: 404, code: 'not_found' })
  })
})

describe('while the flow is not live', () => {
  test('a request to a draft is kept, and becomes its trigger’s sample', async () => {
    const { id, url } = await createFlow(server, headers, chain(webhook(), respond({ status: 200 })))
    const sent = await post(url, { qty: 3 })
    expect(sent.status).toBe(202)
    expect(sent.json).toEqual({ requestId: sent.headers['request-id'] })
    expect(await runsOf(id)).toEqual([])
    expect(await inboxOf(id)).toEqual([{ state: 'kept', reason: 'draft' }])
    const sample = await server.send(`/api/v1/flows/${id}/samples/trigger`, { headers })
    expect(sample.json).toMatchObject({ source: 'request', value: { kind: 'webhook', method: 'POST', body: { qty: 3 } } })
  })

  test('a request to a draft that wants its callers checked is refused as well, and noted', async () => {
    const verify = { preset: 'github', secret: 'hub' }
    const { id, url } = await createFlow(server, headers, chain(webhook(), respond({ status: 200 })))
    expect((await post(url, { qty: 3 })).status).toBe(202)
    const patch = [{ op: 'add', path: '/nodes/0/params/verify', value: verify }]
    await server.send(`/api/v1/flows/${id}/draft`, { method: 'PATCH', headers, body: { revision: 1, patch } })
    expect((await post(url, { qty: 3 })).json).toMatchObject({ status: 401, code: 'invalid_signature' })
    expect(await inboxOf(id)).toEqual([
      { state: 'kept', reason: 'draft' },
      { state: 'rejected', reason: 'secret_unavailable' },
    ])
  })

  test('turning it off and on again is heard at once', async () => {
    const { id, url } = await publish(webhook({}), { id: 'a', type: 'set', params: { values: { b: 1 } } })
    expect((await post(url, {})).json['runId']).toBeDefined()
    await server.send(`/api/v1/flows/${id}/disable`, { method: 'POST', headers })
    expect((await post(url, {})).json).toEqual({ requestId: expect.any(String) })
    await server.send(`/api/v1/flows/${id}/enable`, { method: 'POST', headers })
    expect((await post(url, {})).json['runId']).toBeDefined()
    expect(await runsOf(id)).toHaveLength(2)
    expect(await inboxOf(id)).toContainEqual({ state: 'kept', reason: 'disabled' })
  })

  test('a change made by another process is heard too', async () => {
    const { id, url } = await publish(webhook({}), { id: 'a', type: 'set', params: { values: { b: 1 } } })
    expect((await post(url, {})).json['runId']).toBeDefined()
    await server.database.pool.query(
      `with off as (update app.flows set enabled = false where id = $1) select pg_notify('holdfast_changes', '')`,
      [id],
    )
    await waitFor('the change to be heard', async () => (await post(url, {})).json['runId'] === undefined)
  })

  test('a new version answers from its first request on', async () => {
    const { id, url } = await publish(webhook(), respond({ status: 200, body: 'one' }))
    expect((await post(url, {})).text).toBe('one')
    await server.send(`/api/v1/flows/${id}/draft`, {
      method: 'PATCH',
      headers,
      body: { revision: 1, patch: [{ op: 'replace', path: '/nodes/1/params/body', value: 'two' }] },
    })
    expect((await post(url, {})).text).toBe('one')
    await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })
    expect((await post(url, {})).text).toBe('two')
  })
})

describe('what came in', () => {
  let echo: string
  let echoId: string
  beforeAll(async () => {
    const flow = await publish(
      webhook(),
      respond({ status: 200, headers: { 'Content-Type': 'application/json' }, body: '{{ trigger.body }}' }),
    )
    echo = flow.url
    echoId = flow.id
  })

  test('is kept to the letter', async () => {
    const text = '{"b":12345678901234567890,"a":1.0,"__proto__":{"x":1},"s":"\\u0000\\ud800","a":2}'
    const sent = await post(echo, text, json)
    expect(sent.status).toBe(200)
    expect(sent.text).toBe(text)
  })

  test.each<[string, string | Uint8Array, { [name: string]: string }, unknown]>([
    ['nothing', '', {}, null],
    ['a form', 'a=1&b=x%20y&a=2', { 'content-type': 'application/x-www-form-urlencoded' }, { a: ['1', '2'], b: 'x y' }],
    ['text', 'hi ✓', { 'content-type': 'text/plain' }, 'hi ✓'],
    ['text in an older character set', Buffer.from([0xe4]), { 'content-type': 'text/plain; charset=iso-8859-1' }, 'ä'],
    ['JSON that doesn’t say so', '{"a":1}', {}, { a: 1 }],
    ['text that doesn’t say so', 'plain', {}, 'plain'],
    ['an image', Buffer.from([0x89, 0x50]), { 'content-type': 'image/png' }, { type: 'image/png', size: 2, base64: 'iVA=' }],
    ['something packed', gzipSync('{"a":1}'), { ...json, 'content-encoding': 'gzip' }, { a: 1 }],
    [
      'a form with fields',
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
      { 'content-type': 'multipart/form-data; boundary=x' },
      { a: '1' },
    ],
  ])('as %s is readable by the flow', async (_what, body, more, expected) => {
    const sent = await server.send(echo, { method: 'POST', body, headers: more })
    expect(JSON.parse(sent.text)).toEqual(expected)
  })

  test.each<[string, string | Uint8Array, { [name: string]: string }, number, string]>([
    ['cut off', '{"a":', json, 400, 'invalid_json'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 400, 'invalid_encoding'],
    ['nested too deep', '['.repeat(201) + ']'.repeat(201), json, 400, 'too_deep'],
    [
      'a form of more fields than anybody sends',
      'a=&'.repeat(10_000) + 'a=',
      { 'content-type': 'application/x-www-form-urlencoded' },
      413,
      'too_large',
    ],
    ['a broken form', 'nothing of the kind', { 'content-type': 'multipart/form-data; boundary=x' }, 400, 'invalid_encoding'],
  ])('%s starts nothing and is kept to be looked at', async (_what, body, more, status, code) => {
    const before = await runsOf(echoId)
    const sent = await server.send(echo, { method: 'POST', body, headers: more })
    expect(sent.json).toMatchObject({ status, code })
    expect(await runsOf(echoId)).toHaveLength(before.length)
    expect(await inboxOf(echoId)).toContainEqual({ state: 'rejected', reason: code })
  })

  test('too large starts nothing', async () => {
    const before = await runsOf(echoId)
    for (const sent of [
      await post(echo, 'x'.repeat(1024 ** 2 + 1), { 'content-type': 'text/plain' }),
      await post(echo, gzipSync(Buffer.alloc(100 * 1024 ** 2)), { 'content-type': 'text/plain', 'content-encoding': 'gzip' }),
    ])
      expect(sent.json).toMatchObject({ status: 413, code: 'too_large' })
    expect(await runsOf(echoId)).toHaveLength(before.length)
  })

  test('never shows a flow who is signed in here', async () => {
    const { url } = await publish(webhook(), respond({ status: 200, body: '{{ trigger.headers }}' }))
    const { cookie } = await server.signIn('owner')
    const sent = await server.send(`${url}?a=1&a=2`, { headers: { cookie: `theme=dark; ${cookie}; x=y`, 'x-own': '1' } })
    expect(sent.text).not.toContain('hfs_')
    expect(sent.json).toMatchObject({ cookie: 'theme=dark; x=y', 'x-own': '1' })
    const withKey = await server.send(url, { headers: { ...(await server.makeKey(['build'])), 'x-own': '1' } })
    expect(withKey.json).not.toHaveProperty('authorization')
    const withOther = await server.send(url, { headers: { authorization: 'Bearer another' } })
    expect(withOther.json).toMatchObject({ authorization: 'Bearer another' })
  })
})

describe('an answer', () => {
  test('can’t sign anybody in, leave its sandbox or break the connection', async () => {
    const { url } = await publish(
      webhook(),
      respond({
        status: 200,
        headers: {
          'Set-Cookie': 'holdfast_session=planted',
          'Content-Security-Policy': 'default-src *',
          'X-Content-Type-Options': 'sniff',
          'Clear-Site-Data': '"*"',
          'Service-Worker-Allowed': '/',
          'Transfer-Encoding': 'chunked',
          'Content-Length': '3',
          Connection: 'upgrade',
          'X-Split': 'a\r\nSet-Cookie: b=c',
          'Content-Type': 'text/html',
          'X-Accel-Redirect': '/internal/backup.sql',
          'X-Sendfile': '/etc/passwd',
          'X-Mine': 'kept',
        },
        body: '<script>alert(1)</script>',
      }),
    )
    const sent = await server.send(url)
    expect(sent.status).toBe(200)
    expect(sent.text).toBe('<script>alert(1)</script>')
    expect(sent.headers['content-type']).toBe('text/html')
    expect(sent.headers['x-mine']).toBe('kept')
    expect(sent.headers['content-security-policy']).toContain('sandbox allow-forms allow-scripts')
    expect(sent.headers['content-security-policy']).not.toContain('allow-same-origin')
    expect(sent.headers['x-content-type-options']).toBe('nosniff')
    for (const name of ['set-cookie', 'clear-site-data', 'service-worker-allowed', 'x-split', 'x-accel-redirect', 'x-sendfile'])
      expect(sent.headers[name]).toBeUndefined()
  })

  test.each<[unknown, string, string]>([
    ['hello', 'text/plain; charset=utf-8', 'hello'],
    [{ a: 1 }, 'application/json', '{"a":1}'],
    [[1, 2], 'application/json', '[1,2]'],
    [7, 'application/json', '7'],
  ])('of %j is sent as %s', async (body, type, text) => {
    const { url } = await publish(webhook(), respond({ status: 200, body }))
    const sent = await server.send(url)
    expect(sent.headers['content-type']).toBe(type)
    expect(sent.text).toBe(text)
  })
})

describe('/resume', () => {
  test('lets a waiting run go on, once', async () => {
    const { id, url } = await publishFlow(server, headers, {
      nodes: [
        webhook({}),
        { id: 'wait', type: 'waitForCall' },
        { id: 'out', type: 'output', params: { value: '{{ steps.wait.body }}' } },
      ],
      edges: [
        { source: 'trigger', target: 'wait' },
        { source: 'wait', sourceHandle: 'received', target: 'out' },
      ],
    })
    const { json: started } = await post(url, {})
    const waiting = await waitFor('the wait', async () => {
      const { json: run } = await server.send(`/api/v1/runs/${String(started['runId'])}`, { headers })
      return run['status'] === 'waiting' && Waiting.parse(run).waits[0]
    })
    const link = waiting.url.slice(server.url.length)
    expect(link).toMatch(/^\/resume\//)
    for (const method of ['HEAD', 'OPTIONS', 'GET']) expect((await server.send(link, { method })).status).toBe(405)
    // However soon the run is over.
    const all = await Promise.all(Array.from({ length: 20 }, () => post(link, '{"n":12345678901234567890}', json)))
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(19).fill(409)])
    // What comes to an address that somebody made up is not even read.
    expect((await post(`${link}x`, '{ broken', json)).status).toBe(404)
    await waitFor('the end', async () => (await runsOf(id)).find((run) => run.status === 'succeeded'))
  })
})
