import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  await server.send('/api/v1/secrets', { method: 'POST', headers, body: { name: 'TOKEN', value: 'a long enough token' } })
})
afterAll(() => server.stop())

const shop = 'https://shop.example.com'
const hook = (params: object) => ({ id: 'trigger', type: 'webhook', params: { respond: 'respondStep', ...params } })
const answer = { id: 'answer', type: 'respond', params: { headers: { Vary: 'Accept' }, body: 'hello' } }
const publish = (params: object) => publishFlow(server, headers, chain(hook(params), answer))
const preflight = (url: string, origin: string, more: { [name: string]: string } = {}) =>
  server.send(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', ...more } })
const post = (url: string, origin?: string, body: unknown = {}) =>
  server.send(url, { method: 'POST', body, headers: origin === undefined ? {} : { origin } })

async function countRequests(flowId: string): Promise<number> {
  const { rowCount } = await server.database.pool.query('select 1 from engine.requests where flow_id = $1', [flowId])
  return rowCount ?? 0
}

describe('a web page', () => {
  test('that is listed is told what it may send, without a run, a check or a row in the inbox', async () => {
    const verify = { preset: 'header', header: 'X-Token', secret: 'TOKEN' }
    const { id, url } = await publish({ cors: [shop, 'https://Other.example/'], methods: ['POST', 'PUT'], verify })
    const asked = await preflight(url, shop, { 'access-control-request-headers': 'content-type, x-token' })
    expect(asked.status).toBe(204)
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-methods': 'POST, PUT',
      'access-control-allow-headers': 'content-type, x-token',
      'access-control-max-age': '600',
      vary: 'Origin, Access-Control-Request-Headers',
    })
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined()
    expect(await countRequests(id)).toBe(0)
    expect((await preflight(url, 'https://other.example')).headers['access-control-allow-origin']).toBe('https://other.example')
    // Refusals can be read by the page as well.
    const refused = await post(url, shop)
    expect(refused.status).toBe(401)
    expect(refused.headers).toMatchObject({ 'access-control-allow-origin': shop, vary: 'Origin' })
  })

  test.each(['https://shop.example.com.evil.example', 'http://shop.example.com', 'null', 'https://evil.example'])(
    'at %s is not, and its answer is marked as depending on who asks',
    async (origin) => {
      const { url } = await publish({ cors: [shop] })
      for (const sent of [await preflight(url, origin), await post(url, origin)]) {
        expect(sent.headers['access-control-allow-origin']).toBeUndefined()
        expect(sent.headers['access-control-allow-methods']).toBeUndefined()
        expect(sent.headers['vary']).toContain('Origin')
      }
    },
  )

  test('may read every answer: of a run, of one that is kept, of a refusal', async () => {
    const { url } = await publish({ cors: shop })
    const fine = await post(url, shop)
    expect(fine.text).toBe('hello')
    expect(fine.headers).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-expose-headers': '*',
      vary: 'Origin, Accept',
    })
    expect((await post(url)).headers['vary']).toBe('Origin, Accept')
    const broken = await server.send(url, {
      method: 'POST',
      body: '{',
      headers: { origin: shop, 'content-type': 'application/json' },
    })
    expect(broken.status).toBe(400)
    expect(broken.headers['access-control-allow-origin']).toBe(shop)
    const draft = await createFlow(server, headers, chain(hook({ cors: ['*'] }), answer))
    const kept = await post(draft.url, shop)
    expect(kept.status).toBe(202)
    expect(kept.headers['access-control-allow-origin']).toBe('*')
    expect(kept.headers['vary']).toBeUndefined()
  })

  test('of anybody may where all may, and no step can allow more than the trigger does', async () => {
    const more = { 'Access-Control-Allow-Origin': 'https://evil.example', 'Access-Control-Allow-Credentials': 'true' }
    const { url } = await publishFlow(
      server,
      headers,
      chain(hook({ cors: '*' }), { id: 'answer', type: 'respond', params: { headers: more, body: 'x' } }),
    )
    const sent = await post(url, 'null')
    expect(sent.headers['access-control-allow-origin']).toBe('*')
    expect(sent.headers['access-control-allow-credentials']).toBeUndefined()
  })

  test('may not where nothing is said, and asking starts nothing', async () => {
    const { id, url } = await publish({})
    const asked = await preflight(url, shop)
    expect(asked.status).toBe(204)
    expect(asked.headers['access-control-allow-origin']).toBeUndefined()
    expect(await countRequests(id)).toBe(0)
    // A flow that takes OPTIONS by name answers itself.
    const own = await publish({ methods: ['POST', 'OPTIONS'] })
    expect((await preflight(own.url, shop)).text).toBe('hello')
  })
})

describe('what a trigger says', () => {
  test('of the kinds of request it takes holds for a draft, a paused flow and one that is off', async () => {
    const flow = await createFlow(server, headers, chain(hook({ methods: ['PUT'] }), answer))
    const act = (what: string) => server.send(`/api/v1/flows/${flow.id}/${what}`, { method: 'POST', headers })
    const isHeld = async () => {
      const sent = await post(flow.url)
      expect(sent.status).toBe(405)
      expect(sent.headers['allow']).toBe('PUT')
      expect((await server.send(flow.url, { method: 'PUT', body: {} })).status).toBeLessThan(300)
    }
    await isHeld()
    for (const what of ['publish', 'pause', 'disable']) {
      expect((await act(what)).status).toBeLessThan(300)
      await isHeld()
    }
  })

  test('counts as a whole: HEAD is answered without a body, a kind that is no request of the web with 405', async () => {
    const { url } = await publish({})
    const head = await server.send(url, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.text).toBe('')
    expect((await server.send(url, { method: 'PROPFIND' })).status).toBe(405)
  })

  test('of pages must be addresses of pages', async () => {
    const { id } = await createFlow(server, headers, chain(hook({ cors: ['shop.example.com'] }), answer))
    const sent = await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })
    expect(sent.json['code']).toBe('does_not_compile')
    expect(sent.text).toContain('Web pages that may call this')
  })
})

describe('XML', () => {
  const xml = '<?xml version="1.0" encoding="iso-8859-1"?>\r\n<order id="7"><item>Käse</item></order>'
  const typed = { 'content-type': 'application/xml' }
  const echo = { id: 'answer', type: 'respond', params: { body: { body: '{{ trigger.body }}', xml: '{{ trigger.xml }}' } } }

  test('stays the text it was, and is data beside it where the trigger says so', async () => {
    const body = Buffer.from(xml, 'latin1')
    const plain = await publishFlow(server, headers, chain(hook({}), echo))
    expect((await server.send(plain.url, { method: 'POST', body, headers: typed })).json).toEqual({ body: xml, xml: null })
    const parsing = await publishFlow(server, headers, chain(hook({ parseXml: true }), echo))
    expect((await server.send(parsing.url, { method: 'POST', body, headers: typed })).json).toEqual({
      body: xml,
      xml: { order: { '@id': '7', item: 'Käse' } },
    })
    expect((await post(parsing.url)).json).toEqual({ body: {}, xml: null })
  })

  test('that is no XML is refused and kept to be looked at', async () => {
    const { id, url } = await publishFlow(server, headers, chain(hook({ parseXml: true }), echo))
    const sent = await server.send(url, { method: 'POST', body: '<a><b></a>', headers: typed })
    expect(sent.json).toMatchObject({ status: 400, code: 'invalid_xml' })
    const { rows } = await server.database.pool.query('select state, reason from engine.requests where flow_id = $1', [id])
    expect(rows).toEqual([{ state: 'rejected', reason: 'invalid_xml' }])
  })
})

test('a flow knows the address a request came from', async () => {
  const body = { id: 'answer', type: 'respond', params: { body: '{{ trigger.clientAddress }}' } }
  const { url } = await publishFlow(server, headers, chain(hook({}), body))
  expect((await post(url)).text).toBe('127.0.0.1')
})

test('a draft that names kinds of request there are none of takes those it names that there are, or all', async () => {
  const some = await createFlow(server, headers, chain(hook({ methods: ['PUT', 'a\nb', '\ud800'] }), answer))
  expect((await server.send(some.url, { method: 'PUT' })).status).toBe(202)
  expect(await post(some.url)).toMatchObject({ status: 405, headers: { allow: 'PUT' } })
  const none = await createFlow(server, headers, chain(hook({ methods: ['\ud800'] }), answer))
  expect((await post(none.url)).status).toBe(202)
})
