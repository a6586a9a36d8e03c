import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { authorization: string }
/** Something outside, which answers at this address under two names. */
let port = 0
const asked: string[] = []
const outside = createServer((request, response) => {
  asked.push(`${request.headers.host}${request.url}`)
  if (request.url === '/away') response.writeHead(302, { location: `http://localhost:${port}/there` }).end()
  else response.end('{"answer":42}')
})

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  outside.listen(0, '127.0.0.1')
  await once(outside, 'listening')
  const address = outside.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterEach(async () => {
  await allow(null)
  asked.length = 0
})
afterAll(async () => {
  outside.close()
  await server.stop()
})

const allow = (hosts: string[] | null) =>
  server.send('/api/v1/settings/egress', { method: 'PUT', headers, body: { allow: hosts } })

const request = { id: 'call', type: 'http.request', params: { url: '' } }
const calls = (url: string) => ({ ...request, params: { url } })
const fetches = (url: string) => ({
  id: 'call',
  type: 'code',
  params: { code: `export default async () => (await fetch(${JSON.stringify(url)})).json()` },
})
const durably = (url: string) => ({
  id: 'call',
  type: 'code',
  params: { code: `export default async ({ step }) => { void step; return (await fetch(${JSON.stringify(url)})).json() }` },
})

/** Publishes a flow of that one step and runs it to its end. */
async function run(step: { id: string; type: string; params: object }, hosts?: string[]): Promise<{ [name: string]: unknown }> {
  const document = {
    ...chain({ id: 'start', type: 'manual' }, step),
    settings: hosts === undefined ? {} : { egress: { allow: hosts } },
  }
  const flow = await publishFlow(server, headers, document)
  return (await server.send(`/api/v1/flows/${flow.id}/runs`, { method: 'POST', headers, body: { wait: 120 } })).json
}

const denied = (whose: string) => ({
  status: 'failed',
  error: { code: 'egress_denied', retryable: false, message: expect.stringContaining(whose) },
})

describe.each([
  ['an HTTP step', calls],
  ['code', fetches],
  ['code between its durable steps', durably],
])('the calls of %s', (_, step) => {
  test('go anywhere while nobody narrows them', async () => {
    expect(await run(step(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 'succeeded' })
  })

  test('go where the workspace allows, and nowhere else', async () => {
    await allow([`127.0.0.1:${port}`, '*.example.com'])
    expect(await run(step(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 'succeeded' })
    expect(await run(step(`http://localhost:${port}/`))).toMatchObject(denied('this workspace may call only 127.0.0.1'))
    expect(asked).toEqual([`127.0.0.1:${port}/`])
  })

  test('go where the flow allows, and nowhere else', async () => {
    expect(await run(step(`http://127.0.0.1:${port}/`), ['127.0.0.1'])).toMatchObject({ status: 'succeeded' })
    expect(await run(step(`http://localhost:${port}/`), ['127.0.0.1'])).toMatchObject(denied('this flow may call only 127.0.0.1'))
    expect(asked).toEqual([`127.0.0.1:${port}/`])
  })

  test('need both to allow them', async () => {
    await allow(['127.0.0.1'])
    expect(await run(step(`http://localhost:${port}/`), ['localhost'])).toMatchObject(denied('this workspace'))
    expect(await run(step(`http://127.0.0.1:${port}/`), ['localhost'])).toMatchObject(denied('this flow'))
    expect(await run(step(`http://127.0.0.1:${port}/`), ['127.0.0.1', 'localhost'])).toMatchObject({ status: 'succeeded' })
  })

  test('are looked at again after a redirect', async () => {
    expect(await run(step(`http://127.0.0.1:${port}/away`), ['127.0.0.1'])).toMatchObject(denied(`localhost:${port}`))
    expect(asked).toEqual([`127.0.0.1:${port}/away`])
  })

  test('go nowhere when the list is empty', async () => {
    await allow([])
    expect(await run(step(`http://127.0.0.1:${port}/`))).toMatchObject(denied('may call nobody'))
    expect(asked).toEqual([])
  })
})

test('the test of one step is narrowed as its runs are', async () => {
  const flow = await publishFlow(server, headers, chain({ id: 'start', type: 'manual' }, calls(`http://127.0.0.1:${port}/`)))
  const document = {
    ...chain({ id: 'start', type: 'manual' }, calls(`http://127.0.0.1:${port}/`)),
    settings: { egress: { allow: ['api.example.com'] } },
  }
  const tested = await server.send(`/api/v1/flows/${flow.id}/test-step`, {
    method: 'POST',
    headers,
    body: { document, stepId: 'call' },
  })
  expect(tested.json).toMatchObject({ status: 'failed', error: { code: 'egress_denied' } })
})

test('a change is told, kept in the audit log with what was before, and holds at once', async () => {
  expect((await server.send('/api/v1/settings/egress', { headers })).json).toEqual({ allow: null })
  const sent = await allow(['API.example.com', 'api.example.com', '*.Shop.example:8443'])
  expect([sent.status, sent.json]).toEqual([200, { allow: ['api.example.com', '*.shop.example:8443'] }])
  expect((await server.send('/api/v1/settings/egress', { headers })).json).toEqual(sent.json)
  const { rows } = await server.database.pool.query(
    "select workspace_id, target, details from app.audit_log where action = 'egress.changed' order by id desc limit 1",
  )
  expect(rows).toEqual([
    { workspace_id: server.workspaceId, target: server.workspaceId, details: { before: null, ...sent.json } },
  ])
})

test('another workspace’s list is not ours', async () => {
  const theirs = await server.makeKey(['admin'], await server.makeWorkspace())
  await server.send('/api/v1/settings/egress', { method: 'PUT', headers: theirs, body: { allow: ['theirs.example'] } })
  expect((await server.send('/api/v1/settings/egress', { headers })).json).toEqual({ allow: null })
  expect(await run(calls(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 'succeeded' })
})

test('what is no host is refused with what one looks like', async () => {
  const sent = await allow(['https://example.com/'])
  expect(sent.status).toBe(422)
  expect(sent.json).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('api.example.com') })
})

test('a flow that names no host can’t be published, and is told what one looks like', async () => {
  const document = {
    ...chain({ id: 'start', type: 'manual' }, calls('http://a.example/')),
    settings: { egress: { allow: ['http://a'] } },
  }
  const made = await server.send('/api/v1/flows', { method: 'POST', headers, body: { document } })
  const sent = await server.send(`/api/v1/flows/${String(made.json['id'])}/publish`, { method: 'POST', headers })
  expect(sent.json).toMatchObject({
    code: 'does_not_compile',
    problems: [
      { code: 'invalid_setting', param: 'settings.egress.allow.0', message: expect.stringContaining('api.example.com') },
    ],
  })
})
