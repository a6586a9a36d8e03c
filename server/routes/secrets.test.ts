import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { createFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }
const canary = 'canary "in" the cöal-mine 4711'

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['build'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)

async function auditOf(target: string): Promise<unknown[]> {
  const { rows } = await server.database.pool.query('select action, details from app.audit_log where target = $1 order by id', [
    target,
  ])
  return rows
}

test('a secret goes in and never comes out again', async () => {
  const made = await api('POST', '/secrets', { name: 'stripe', value: canary, hosts: ['API.example.com'] })
  expect(made.status).toBe(201)
  expect(made.json).toEqual({
    name: 'stripe',
    version: 1,
    hosts: ['api.example.com'],
    flows: 'all',
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
    lastUsedAt: null,
  })
  const replaced = await api('PUT', '/secrets/stripe', { value: `${canary} new` })
  expect(replaced).toMatchObject({ status: 200, json: { version: 2, hosts: ['api.example.com'] } })
  const changed = await api('PATCH', '/secrets/stripe', { hosts: ['*.example.com', 'localhost:8080'] })
  expect(changed).toMatchObject({ status: 200, json: { version: 2, hosts: ['*.example.com', 'localhost:8080'] } })
  const one = await api('GET', '/secrets/stripe')
  expect(one.json).toEqual(changed.json)
  const list = await api('GET', '/secrets')
  expect(list.json).toEqual({ items: [changed.json], nextCursor: null })
  const { rows } = await server.database.pool.query<{ sealed: Buffer }>('select sealed from app.secrets')
  for (const text of [made.text, replaced.text, changed.text, one.text, list.text, rows[0]?.sealed.toString('latin1')])
    expect(text).not.toContain('4711')
  expect(await auditOf('stripe')).toEqual([
    { action: 'secret.created', details: { hosts: ['api.example.com'], flows: 'all' } },
    { action: 'secret.replaced', details: { version: 2, hosts: ['api.example.com'], flows: 'all' } },
    { action: 'secret.changed', details: { version: 2, hosts: ['*.example.com', 'localhost:8080'], flows: 'all' } },
  ])
  expect((await api('DELETE', '/secrets/stripe')).status).toBe(204)
  expect((await api('GET', '/secrets/stripe')).status).toBe(404)
})

test('putting one that is not there makes it', async () => {
  expect((await api('PUT', '/secrets/fresh', { value: 'x', flows: [] })).status).toBe(201)
  expect((await api('GET', '/secrets/fresh')).json).toMatchObject({ version: 1, flows: [] })
})

test('lists are paged, newest first', async () => {
  for (const name of ['one', 'two', 'three']) await api('POST', '/secrets', { name, value: canary })
  const first = await api('GET', '/secrets?limit=2')
  expect(first.json).toMatchObject({ items: [{ name: 'three' }, { name: 'two' }] })
  const next = await api('GET', `/secrets?limit=1&cursor=${String(first.json['nextCursor'])}`)
  expect(next.json).toMatchObject({ items: [{ name: 'one' }] })
  expect((await api('GET', '/secrets?cursor=x')).status).toBe(422)
})

describe('what is wrong is said in plain words, without the value', () => {
  test.each<[string, unknown, number, string]>([
    ['no name', { value: canary }, 422, 'name'],
    ['a name with a space', { name: 'a b', value: canary }, 422, 'A name has 1 to 100'],
    ['a name that means something', { name: '__proto__', value: canary }, 422, 'means something else'],
    ['a value that is no text', { name: 'a', value: { canary } }, 422, 'A secret is text'],
    ['an empty value', { name: 'a', value: '' }, 422, 'The value is empty'],
    ['a value that is too long', { name: 'a', value: canary.repeat(5000) }, 422, '65,536'],
    ['half a character', { name: 'a', value: `${canary}\ud800` }, 422, 'not valid text'],
    ['an address as host', { name: 'a', value: canary, hosts: ['https://api.example.com/'] }, 422, 'without https://'],
    ['flows that are none', { name: 'a', value: canary, flows: 'some' }, 422, 'Either "all"'],
    ['a flow that is not there', { name: 'a', value: canary, flows: ['flow_0'] }, 404, 'does not exist'],
    ['a name that is taken', { name: 'one', value: canary }, 409, 'There is a secret called "one" already'],
  ])('%s', async (_, body, status, words) => {
    const sent = await api('POST', '/secrets', body)
    expect(sent.status).toBe(status)
    expect(sent.text).toContain(words.replaceAll('"', '\\"'))
    expect(sent.text).not.toContain('4711')
  })
})

describe('who may do what', () => {
  test('a builder changes their own, an admin everybody’s', async () => {
    const builder = await server.signIn('builder')
    expect((await api('POST', '/secrets', { name: 'own', value: canary }, builder)).status).toBe(201)
    expect((await api('PUT', '/secrets/own', { value: canary }, builder)).status).toBe(200)
    const others = await api('PUT', '/secrets/one', { value: canary }, builder)
    expect(others).toMatchObject({ status: 403, json: { code: 'forbidden' } })
    expect((await api('PATCH', '/secrets/one', { flows: 'all' }, builder)).status).toBe(403)
    expect((await api('DELETE', '/secrets/one', undefined, builder)).status).toBe(403)
    expect((await api('GET', '/secrets/one', undefined, builder)).status).toBe(200)
    expect((await api('DELETE', '/secrets/own', undefined, await server.signIn('admin'))).status).toBe(204)
  })

  test('another workspace’s are not there, by name or by flow', async () => {
    const theirs = await server.makeKey(['admin'], await server.makeWorkspace())
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await api(method, '/secrets/one', method === 'PATCH' ? {} : undefined, theirs)).status).toBe(404)
    expect((await api('GET', '/secrets', undefined, theirs)).json).toEqual({ items: [], nextCursor: null })
    expect((await api('POST', '/secrets', { name: 'one', value: 'theirs' }, theirs)).status).toBe(201)
    const { id } = await createFlow(server, theirs, {})
    expect((await api('PATCH', '/secrets/one', { flows: [id] })).status).toBe(404)
    expect((await api('PATCH', '/secrets/one', { flows: [id] }, theirs)).json).toMatchObject({ flows: [id] })
  })
})
