import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PollState } from '#shared/api.ts'
import { apiOf } from '../testing/api-of.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }
/** A blog with a feed, newest first. */
let blog: Server
let posts: string[]
let status: number
let url: string

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())
beforeEach(async () => {
  posts = ['first']
  status = 200
  blog = createServer((_request, response) => {
    const items = posts.toReversed().map((post) => `<item><guid>${post}</guid><title>The ${post}</title></item>`)
    response.writeHead(status, { 'Content-Type': 'application/rss+xml' })
    response.end(`<rss version="2.0"><channel><title>Blog</title>${items.join('')}</channel></rss>`)
  })
  blog.listen(0, '127.0.0.1')
  await once(blog, 'listening')
  const address = blog.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  url = `http://127.0.0.1:${address.port}/feed.xml`
})
afterEach(() => {
  blog.close()
  blog.closeAllConnections()
})

const api = apiOf(
  () => server,
  () => headers,
)
const step = { id: 'say', type: 'set', params: { values: { title: '{{ trigger.body.title }}' } } }
const following = (params: object = {}) => chain({ id: 'trigger', type: 'feed.newItem', params: { url, ...params } }, step)
const stateOf = async (id: string): Promise<PollState | undefined> => {
  const { json } = await api('GET', `/flows/${id}/polls`)
  return z.array(PollState).parse(json['items'])[0]
}
const looked = (id: string, since?: string) =>
  waitFor('a look', async () => {
    const state = await stateOf(id)
    return state?.last != null && state.last !== since && !state.checking && state
  })
const outputs = async (id: string): Promise<unknown[]> => {
  const { json } = await api('GET', `/runs?flowId=${id}`)
  const runs = z.array(z.object({ id: z.string(), status: z.string() })).parse(json['items'])
  const ended = await Promise.all(
    runs.map((run) =>
      waitFor('its end', async () => {
        const { json: whole } = await api('GET', `/runs/${run.id}`)
        return whole['status'] === 'succeeded' && whole
      }),
    ),
  )
  return ended.map((run) => run['output']).toReversed()
}

test('a flow that follows a feed starts a run for each new item, and tells how it stands', async () => {
  const { id } = await publishFlow(server, headers, following({ every: '1h' }))
  const first = await looked(id)
  expect(first).toMatchObject({ nodeId: 'trigger', type: 'feed.newItem', state: 'on', everyMs: 3_600_000, found: 0, error: null })
  expect(Date.parse(first.next ?? '') - Date.parse(first.last ?? '')).toBe(3_600_000)
  expect(await outputs(id)).toEqual([])

  posts.push('second', 'third')
  const asked = await api('POST', `/flows/${id}/polls/trigger/check`)
  expect(asked.status).toBe(202)
  expect(PollState.parse(asked.json)).toMatchObject({ nodeId: 'trigger', state: 'on' })
  expect(await looked(id, first.last ?? '')).toMatchObject({ found: 2, lastFound: expect.any(String) })
  expect(await outputs(id)).toEqual([{ title: 'The second' }, { title: 'The third' }])
})

test('a feed that can’t be reached is told of in plain words, and forgotten once it is back', async () => {
  const { id } = await publishFlow(server, headers, following())
  const { last } = await looked(id)
  status = 503
  await api('POST', `/flows/${id}/polls/trigger/check`)
  const failing = await waitFor('the failure', async () => {
    const state = await stateOf(id)
    return state?.error != null && state
  })
  expect(failing.error).toMatchObject({ code: 'http_error', failures: 1, message: expect.stringContaining('503') })
  expect(failing.last).toBe(last)
  status = 200
  await api('POST', `/flows/${id}/polls/trigger/check`)
  expect(await looked(id, last ?? '')).toMatchObject({ error: null })
})

describe('while the flow is', () => {
  test('paused or off nothing is looked for, and it says so; what came meanwhile is found afterwards', async () => {
    const { id } = await publishFlow(server, headers, following())
    const { last } = await looked(id)
    await api('POST', `/flows/${id}/pause`)
    expect(await stateOf(id)).toMatchObject({ state: 'paused' })
    expect(await api('POST', `/flows/${id}/polls/trigger/check`)).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('paused') },
    })
    await api('POST', `/flows/${id}/resume`)
    await api('POST', `/flows/${id}/disable`)
    expect(await stateOf(id)).toMatchObject({ state: 'off', next: null })
    expect(await api('POST', `/flows/${id}/polls/trigger/check`)).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('turned off') },
    })
    posts.push('second')
    await api('POST', `/flows/${id}/enable`)
    await looked(id, last ?? '')
    expect(await outputs(id)).toEqual([{ title: 'The second' }])
  })

  test('a draft nothing is looked for', async () => {
    const { id } = await createFlow(server, headers, following())
    expect(await stateOf(id)).toBeUndefined()
    expect((await api('POST', `/flows/${id}/polls/trigger/check`)).status).toBe(404)
  })
})

describe('a test of the trigger', () => {
  test('gives the newest item as its sample, and starts nothing', async () => {
    posts.push('second')
    const document = following()
    const { id } = await createFlow(server, headers, document)
    const tested = await api('POST', `/flows/${id}/test-step`, { document, stepId: 'trigger' })
    const trigger = { kind: 'feed.newItem', at: expect.any(String), body: { id: 'second', title: 'The second' } }
    expect(tested).toMatchObject({ status: 200, json: { status: 'succeeded', error: null, output: trigger } })
    expect((await api('GET', `/flows/${id}/samples/trigger`)).json).toMatchObject({ source: 'test', value: trigger })
    expect((await api('POST', `/flows/${id}/test-step`, { document, stepId: 'say' })).json).toMatchObject({
      output: { title: 'The second' },
    })
    expect(await outputs(id)).toEqual([])
  })

  test('says why there is none', async () => {
    posts = []
    const document = following()
    const { id } = await createFlow(server, headers, document)
    const test = () => api('POST', `/flows/${id}/test-step`, { document, stepId: 'trigger' })
    expect((await test()).json).toMatchObject({ status: 'failed', error: { code: 'not_found' } })
    status = 404
    expect((await test()).json).toMatchObject({ status: 'failed', error: { code: 'http_error' } })
    const empty = chain({ id: 'trigger', type: 'feed.newItem', params: { url: '' } }, step)
    expect(await api('POST', `/flows/${id}/test-step`, { document: empty, stepId: 'trigger' })).toMatchObject({ status: 422 })
  })
})

test('an item that the flow’s settings dropped lies in the inbox, and can be sent through from there', async () => {
  posts = ['first', 'second']
  const document = { ...following({ startWith: 'all' }), settings: { rateLimit: { limit: 1, per: 'hour' } } }
  const { id } = await publishFlow(server, headers, document)
  await looked(id)
  const { json } = await api('GET', `/flows/${id}/requests`)
  const [dropped, ...others] = z.array(z.looseObject({ id: z.string(), reason: z.string() })).parse(json['items'])
  expect(others).toEqual([])
  expect(dropped).toMatchObject({ state: 'kept', reason: 'rate_limited', path: 'feed.newItem/trigger' })
  const sent = await api('POST', `/flows/${id}/requests/${dropped?.id}/send`, { to: 'draft' })
  expect(sent).toMatchObject({ status: 201, json: { trigger: { kind: 'feed.newItem', body: { id: 'second' } } } })
})

test('a list that asks for a sign-in is looked at with a secret, which is nowhere in what is kept', async () => {
  const seen: (string | undefined)[] = []
  const desk = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end(JSON.stringify({ orders: [{ id: 1, said: request.headers.authorization }] }))
  })
  desk.listen(0, '127.0.0.1')
  await once(desk, 'listening')
  const address = desk.address()
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const params = { url: `http://${host}/orders`, signInWith: 'desk-key', startWith: 'all' }
  const document = chain(
    { id: 'trigger', type: 'http.newItems', params },
    { ...step, params: { values: { said: '{{ trigger.body.said }}' } } },
  )
  const { id } = await createFlow(server, headers, document)
  const missing = await api('POST', `/flows/${id}/validate`, {})
  expect(missing.json).toMatchObject({ problems: [{ severity: 'warning', code: 'secret_missing', param: 'signInWith' }] })
  await api('POST', '/secrets', { name: 'desk-key', value: 'canary-of-the-desk', hosts: [host] })
  await api('POST', `/flows/${id}/publish`)
  await looked(id)
  expect(seen).toContain('Bearer canary-of-the-desk')
  const [output] = await outputs(id)
  expect(JSON.stringify(output)).not.toContain('canary')
  desk.close()
  desk.closeAllConnections()
})

test('more often than once a minute can’t be published', async () => {
  const { id } = await createFlow(server, headers, following({ every: '10s' }))
  expect((await api('POST', `/flows/${id}/publish`)).json).toMatchObject({
    code: 'does_not_compile',
    problems: expect.arrayContaining([expect.objectContaining({ code: 'invalid_duration', param: 'every', nodeId: 'trigger' })]),
  })
})

test('triggers are for nobody of another workspace, and gone with their flow', async () => {
  const { id } = await publishFlow(server, headers, following())
  const stranger = await server.makeKey(['admin'], await server.makeWorkspace())
  for (const [method, path] of [
    ['GET', `/flows/${id}/polls`],
    ['POST', `/flows/${id}/polls/trigger/check`],
  ] as const)
    expect((await server.send(`/api/v1${path}`, { method, headers: stranger })).status).toBe(404)
  await api('DELETE', `/flows/${id}`)
  const { rowCount } = await server.database.pool.query('select from engine.polls where flow_id = $1', [id])
  expect(rowCount).toBe(0)
})
