import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { apiOf } from '../testing/api-of.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const List = z.object({ items: z.array(z.object({ name: z.string() })), nextCursor: z.string().nullable() })

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)
const webhook = (path?: string) => ({ id: 'trigger', type: 'webhook', params: path === undefined ? {} : { path } })
const set = (id: string, values: object = { a: 1 }) => ({ id, type: 'set', params: { values } })
const hello = (path?: string) => chain(webhook(path), set('hello', { text: 'hello' }))
let paths = 0
const many = (count: number) => ({ nodes: Array.from({ length: count }, (_, i) => ({ id: `n${i}`, type: 'note' })) })
const freshPath = () => `path-${++paths}`

describe('a draft', () => {
  test('begins empty, and is renamed with its document', async () => {
    const made = await api('POST', '/flows', { name: 'Orders' })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      name: 'Orders',
      revision: 1,
      publishedVersion: null,
      enabled: false,
      document: { name: 'Orders', nodes: [] },
      endpoints: [],
    })
    const renamed = await api('PATCH', `/flows/${String(made.json['id'])}`, { name: 'Order intake' })
    expect(renamed.json).toMatchObject({ name: 'Order intake', revision: 2, document: { name: 'Order intake' } })
  })

  test('is saved whole or by a patch, each time with a higher revision', async () => {
    const { id } = await createFlow(server, headers, hello())
    const put = await api('PUT', `/flows/${id}/draft`, { revision: 1, document: hello() })
    expect(put.json).toMatchObject({ revision: 2 })
    const patched = await api('PATCH', `/flows/${id}/draft`, {
      revision: 2,
      patch: [{ op: 'add', path: '/nodes/1/params/values/text', value: 'hi' }],
    })
    expect(patched.json).toMatchObject({ revision: 3 })
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({
      revision: 3,
      document: { nodes: [{}, { params: { values: { text: 'hi' } } }] },
    })
  })

  test('that moved on is not written over: of many writers at once one wins', async () => {
    const { id } = await createFlow(server, headers, hello())
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        api('PUT', `/flows/${id}/draft`, { revision: 1, document: { ...hello(), name: `Writer ${i}` } }),
      ),
    )
    expect(all.map((sent) => sent.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409, 409, 409])
    expect(all.find((sent) => sent.status === 409)?.json).toMatchObject({ code: 'revision_conflict' })
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ revision: 2 })
  })

  test('keeps nothing of a patch that can’t be made', async () => {
    const { id } = await createFlow(server, headers, hello())
    const patch = [
      { op: 'replace', path: '/name', value: 'Half' },
      { op: 'remove', path: '/nodes/9' },
    ]
    const sent = await api('PATCH', `/flows/${id}/draft`, { revision: 1, patch })
    expect(sent.status).toBe(422)
    expect(sent.json).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('/nodes/9') })
    const broken = await api('PATCH', `/flows/${id}/draft`, {
      revision: 1,
      patch: [{ op: 'replace', path: '/nodes', value: 'none' }],
    })
    expect(broken.json).toMatchObject({ status: 422, code: 'invalid_document' })
    const polluted = await api('PATCH', `/flows/${id}/draft`, {
      revision: 1,
      patch: [{ op: 'add', path: '/__proto__/x', value: 1 }],
    })
    expect(polluted.status).toBe(422)
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ revision: 1, name: 'Untitled flow' })
  })

  test('keeps characters that databases choke on', async () => {
    const value = 'a\u0000b\ud800c'
    const { id } = await createFlow(server, headers, chain(webhook(), set('odd', { value })))
    const sent = await api('GET', `/flows/${id}`)
    expect(sent.json).toMatchObject({ document: { nodes: [{}, { params: { values: { value } } }] } })
  })

  test('can be saved unfinished; what is wrong is said when asked', async () => {
    const { id } = await createFlow(server, headers, { nodes: [set('lonely')] })
    const sent = await api('POST', `/flows/${id}/validate`)
    expect(sent.status).toBe(200)
    expect(sent.json['problems']).toEqual(
      expect.arrayContaining([expect.objectContaining({ severity: 'error', code: 'no_trigger' })]),
    )
  })

  test('with more formulas than anybody could look at is kept, and told so without looking at them', async () => {
    const { id } = await createFlow(server, headers, hello())
    const document = chain(webhook(freshPath()), set('all', { text: '{{1}}'.repeat(120_000) }))
    const tooMany = [expect.objectContaining({ code: 'too_large', message: expect.stringContaining('120000 formulas') })]
    expect((await api('POST', `/flows/${id}/validate`, { document })).json).toEqual({ problems: tooMany })
    expect((await api('PUT', `/flows/${id}/draft`, { revision: 1, document })).status).toBe(200)
    expect(await api('POST', `/flows/${id}/publish`)).toMatchObject({ status: 422, json: { problems: tooMany } })
    expect(await api('GET', `/flows/${id}/types`)).toMatchObject({ status: 413, json: { code: 'too_large' } })
  })

  test('is gone when deleted, with its path', async () => {
    const path = freshPath()
    const { id } = await createFlow(server, headers, hello(path))
    expect((await api('DELETE', `/flows/${id}`)).status).toBe(204)
    expect((await api('GET', `/flows/${id}`)).status).toBe(404)
    expect((await server.send(`/hooks/${path}`)).status).toBe(404)
    const next = await createFlow(server, headers, hello(path))
    expect((await api('POST', `/flows/${next.id}/validate`)).json).toEqual({ problems: [] })
  })
})

describe('a web address', () => {
  test('that nobody chose is random, and stays when the draft is saved again without it', async () => {
    const { id, url } = await createFlow(server, headers, hello())
    expect(url).toMatch(/^\/hooks\/[\w-]{22}$/)
    const saved = await api('PUT', `/flows/${id}/draft`, { revision: 1, document: hello() })
    expect(saved.json['endpoints']).toEqual([{ nodeId: 'trigger', kind: 'webhook', url: server.url + url }])
  })

  test('belongs to the draft that saved it first, until that lets it go', async () => {
    const path = freshPath()
    const first = await createFlow(server, headers, hello(path))
    const second = await createFlow(server, headers, hello(path))
    const refused = await api('POST', `/flows/${second.id}/publish`)
    expect(refused.json).toMatchObject({
      status: 422,
      code: 'does_not_compile',
      problems: [{ code: 'path_taken', nodeId: 'trigger' }],
    })
    expect((await api('POST', `/flows/${first.id}/publish`)).status).toBe(200)
    // The live version still listens, though the draft has moved away.
    await api('PUT', `/flows/${first.id}/draft`, { revision: 1, document: hello(freshPath()) })
    expect((await api('POST', `/flows/${second.id}/publish`)).status).toBe(422)
    expect((await api('POST', `/flows/${first.id}/publish`)).status).toBe(200)
    expect((await api('POST', `/flows/${second.id}/publish`)).status).toBe(200)
  })
})

describe('publishing', () => {
  test('makes numbered versions and turns the flow on the first time only', async () => {
    const { id } = await createFlow(server, headers, hello())
    expect((await api('POST', `/flows/${id}/publish`, { comment: 'First' })).json).toEqual({ version: 1 })
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ publishedVersion: 1, enabled: true, changed: false })
    expect((await api('POST', `/flows/${id}/disable`)).json).toMatchObject({ enabled: false })
    expect((await api('POST', `/flows/${id}/publish`)).json).toEqual({ version: 2 })
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ publishedVersion: 2, enabled: false })
    expect((await api('POST', `/flows/${id}/enable`)).json).toMatchObject({ enabled: true })
    const versions = await api('GET', `/flows/${id}/versions`)
    expect(versions.json['items']).toMatchObject([
      { version: 2, comment: '', publishedBy: 'admin' },
      { version: 1, comment: 'First', publishedBy: 'admin' },
    ])
  })

  test('at the same time gives each its own version', async () => {
    const { id } = await createFlow(server, headers, hello())
    const all = await Promise.all(Array.from({ length: 5 }, () => api('POST', `/flows/${id}/publish`)))
    expect(all.map((sent) => Number(sent.json['version'])).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5])
  })

  test('is of what runs: moving a step on the canvas is no change', async () => {
    const { id } = await publishFlow(server, headers, hello())
    await api('PATCH', `/flows/${id}/draft`, {
      revision: 1,
      patch: [{ op: 'replace', path: '/nodes/1/position', value: { x: 500, y: 5 } }],
    })
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ changed: false })
    await api('PATCH', `/flows/${id}/draft`, {
      revision: 2,
      patch: [{ op: 'add', path: '/nodes/1/params/values/more', value: 1 }],
    })
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ changed: true })
  })

  test.each<[string, object, string]>([
    [
      'a circle',
      {
        nodes: [webhook(), set('a'), set('b')],
        edges: [
          { source: 'trigger', target: 'a' },
          { source: 'a', target: 'b' },
          { source: 'b', target: 'a' },
        ],
      },
      'cycle',
    ],
    ['a type nobody knows', chain(webhook(), { id: 'a', type: 'teleport' }), 'unknown_type'],
    ['a line to nowhere', { nodes: [webhook()], edges: [{ source: 'trigger', target: 'nobody' }] }, 'unknown_edge_end'],
    ['a step that reads a later one', chain(webhook(), set('a', { v: '{{ steps.b.a }}' }), set('b')), 'not_upstream'],
    ['5,001 steps', many(5001), 'too_large'],
    [
      'code that doesn’t parse',
      chain(webhook(), { id: 'a', type: 'code', params: { code: 'export default async () => {\n  return (' } }),
      'code_syntax',
    ],
  ])('a flow with %s is refused, and nothing goes live', async (_what, document, code) => {
    const { id } = await createFlow(server, headers, document)
    const sent = await api('POST', `/flows/${id}/publish`)
    expect(sent.json).toMatchObject({ status: 422, code: 'does_not_compile' })
    expect(sent.json['problems']).toEqual(
      expect.arrayContaining([expect.objectContaining({ severity: 'error', code, message: expect.any(String) })]),
    )
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({ publishedVersion: null, enabled: false })
    expect((await api('GET', `/flows/${id}/versions`)).json).toMatchObject({ items: [] })
  })

  test('leaves one line each in the audit log', async () => {
    const { id } = await publishFlow(server, headers, hello())
    await api('POST', `/flows/${id}/rollback`, { version: 1 })
    await api('POST', `/flows/${id}/disable`)
    const { rows } = await server.database.pool.query('select action, details from app.audit_log where target = $1 order by id', [
      id,
    ])
    expect(rows).toEqual([
      { action: 'flow.created', details: null },
      { action: 'flow.published', details: { version: 1 } },
      { action: 'flow.rolled_back', details: { version: 2 } },
      { action: 'flow.disabled', details: null },
    ])
  })
})

describe('an older version', () => {
  test('comes back into the draft, or live as a new version', async () => {
    const { id } = await publishFlow(server, headers, hello())
    await api('PATCH', `/flows/${id}/draft`, {
      revision: 1,
      patch: [{ op: 'replace', path: '/nodes/1/params/values/text', value: 'second' }],
    })
    await api('POST', `/flows/${id}/publish`)
    const rolled = await api('POST', `/flows/${id}/rollback`, { version: 1 })
    expect(rolled.json).toEqual({ version: 3 })
    expect((await api('GET', `/flows/${id}/versions/3`)).json).toMatchObject({
      document: { nodes: [{}, { params: { values: { text: 'hello' } } }] },
    })
    // Going back live leaves the draft alone.
    expect((await api('GET', `/flows/${id}`)).json).toMatchObject({
      revision: 2,
      changed: true,
      document: { nodes: [{}, { params: { values: { text: 'second' } } }] },
    })
    const restored = await api('POST', `/flows/${id}/versions/1/restore`)
    expect(restored.json).toMatchObject({
      revision: 3,
      changed: false,
      document: { nodes: [{}, { params: { values: { text: 'hello' } } }] },
    })
  })

  test.each(['0', '-1', '99', '1e3', '99999999999', 'one'])('%s is not there', async (version) => {
    const { id } = await publishFlow(server, headers, hello())
    expect((await api('GET', `/flows/${id}/versions/${version}`)).status).toBe(404)
  })
})

describe('lists', () => {
  test('come newest first, a page at a time, and can be searched by name', async () => {
    const mine = await server.makeKey(['admin'], await server.makeWorkspace())
    for (const name of ['Alpha', 'Beta 50%', 'Gamma', 'alphabet', 'Delta'])
      await server.send('/api/v1/flows', { method: 'POST', headers: mine, body: { name } })
    const names: unknown[] = []
    let cursor = ''
    do {
      const page = List.parse((await server.send(`/api/v1/flows?limit=2${cursor}`, { headers: mine })).json)
      names.push(page.items.map((flow) => flow.name))
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    expect(names).toEqual([['Delta', 'alphabet'], ['Gamma', 'Beta 50%'], ['Alpha']])
    const found = await server.send('/api/v1/flows?q=ALPHA', { headers: mine })
    expect(List.parse(found.json).items.map((flow) => flow.name)).toEqual(['alphabet', 'Alpha'])
    expect((await server.send('/api/v1/flows?q=50%25', { headers: mine })).json['items']).toHaveLength(1)
  })
})

describe('samples', () => {
  test('are given back to the letter', async () => {
    const { id } = await createFlow(server, headers, hello())
    const value = '{"b":12345678901234567890, "a":"\\u0000\\ud800", "__proto__":{"x":1.0}}'
    const sent = await server.send(`/api/v1/flows/${id}/samples/hello`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/json' },
      body: `{"source":"run","value":${value}}`,
    })
    expect(sent.status).toBe(200)
    for (const path of [`/flows/${id}/samples/hello`, `/flows/${id}/samples`])
      expect((await api('GET', path)).text).toContain(`"value":${value}`)
    expect((await api('GET', `/flows/${id}/samples/hello`)).json).toMatchObject({ stepId: 'hello', source: 'run' })
    expect((await api('DELETE', `/flows/${id}/samples/hello`)).status).toBe(204)
    expect((await api('GET', `/flows/${id}/samples/hello`)).status).toBe(404)
  })
})

describe('testing one step', () => {
  const code = 'export default async ({ trigger, steps }) => ({ total: trigger.body.qty * steps.price.each })'
  const document = chain(
    webhook(),
    set('price', { each: 7 }),
    { id: 'total', type: 'code', params: { code } },
    { id: 'later', type: 'teleport' },
  )

  test('uses the samples of the steps before it, and makes its answer its sample', async () => {
    const { id } = await createFlow(server, headers, document)
    await api('PUT', `/flows/${id}/samples/trigger`, { value: { kind: 'webhook', body: { qty: 3 } } })
    await api('PUT', `/flows/${id}/samples/price`, { value: { each: 5 } })
    const sent = await api('POST', `/flows/${id}/test-step`, { document, stepId: 'total' })
    expect(sent.json).toMatchObject({ status: 'succeeded', output: { total: 15 }, error: null })
    expect((await api('GET', `/flows/${id}/samples/total`)).json).toMatchObject({ source: 'test', value: { total: 15 } })
  })

  test('says where the step itself failed', async () => {
    const { id } = await createFlow(server, headers, document)
    const failing = chain(webhook(), {
      id: 'total',
      type: 'code',
      params: { code: 'export default async () => {\n  throw new Error("no price")\n}' },
    })
    const sent = await api('POST', `/flows/${id}/test-step`, { document: failing, stepId: 'total' })
    expect(sent.json).toMatchObject({
      status: 'failed',
      error: { code: 'code_error', message: expect.stringContaining('no price'), line: 2 },
    })
  })

  test('says what stands in the way when it is not finished', async () => {
    const { id } = await createFlow(server, headers, document)
    const sent = await api('POST', `/flows/${id}/test-step`, { document, stepId: 'later' })
    expect(sent.json).toMatchObject({
      status: 422,
      code: 'does_not_compile',
      problems: [{ nodeId: 'later', code: 'unknown_type' }],
    })
    expect((await api('POST', `/flows/${id}/test-step`, { document, stepId: 'nobody' })).status).toBe(422)
  })
})
