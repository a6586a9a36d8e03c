import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['build'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)

test('shared values are kept to the letter, changed and deleted', async () => {
  const text = '{"name":"exact","value":{"b":12345678901234567890,"a":1.0}}'
  const made = await server.send('/api/v1/variables', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: text,
  })
  expect(made.status).toBe(201)
  expect((await api('GET', '/variables/exact')).text).toContain('"value":{"b":12345678901234567890,"a":1.0}')
  expect((await api('GET', '/variables')).text).toContain('12345678901234567890')
  expect((await api('PUT', '/variables/exact', { value: 'plain' })).json).toMatchObject({ name: 'exact', value: 'plain' })
  expect((await api('PATCH', '/variables/exact', { value: null })).json).toMatchObject({ value: null })
  expect((await api('PUT', '/variables/other', { value: 2 })).status).toBe(201)
  expect(await api('POST', '/variables', { name: 'other', value: 3 })).toMatchObject({
    status: 409,
    json: { code: 'name_taken' },
  })
  expect((await api('POST', '/variables', { name: 'none' })).status).toBe(422)
  expect((await api('DELETE', '/variables/other')).status).toBe(204)
  expect((await api('DELETE', '/variables/other')).status).toBe(404)
  const { rows } = await server.database.pool.query(
    `select action, target, details from app.audit_log where target in ('exact', 'other') order by id`,
  )
  expect(rows.map(({ action, target }) => `${String(action)} ${String(target)}`)).toEqual([
    'variable.created exact',
    'variable.changed exact',
    'variable.changed exact',
    'variable.created other',
    'variable.deleted other',
  ])
})

test('they take up so much and no more', async () => {
  expect(await api('POST', '/variables', { name: 'large', value: 'x'.repeat(300_000) })).toMatchObject({
    status: 413,
    json: { code: 'too_large' },
  })
  expect((await api('GET', '/variables/large')).status).toBe(404)
})

test('a builder changes their own only, and another workspace’s are not there', async () => {
  await api('PUT', '/variables/shared', { value: 1 })
  const builder = await server.signIn('builder')
  expect((await api('PUT', '/variables/shared', { value: 2 }, builder)).status).toBe(403)
  expect((await api('POST', '/variables', { name: 'mine', value: 2 }, builder)).status).toBe(201)
  expect((await api('PATCH', '/variables/mine', { value: 3 }, builder)).status).toBe(200)
  const theirs = await server.makeKey(['admin'], await server.makeWorkspace())
  expect((await api('GET', '/variables/shared', undefined, theirs)).status).toBe(404)
  expect((await api('PATCH', '/variables/shared', { value: 0 }, theirs)).status).toBe(404)
})

test('a run sees them as they were when it started, before and after it waited', async () => {
  await api('PUT', '/variables/base', { value: 'first' })
  const flow = await publishFlow(
    server,
    headers,
    chain(
      { id: 'start', type: 'manual' },
      { id: 'before', type: 'set', params: { values: { base: '{{ vars.base }}' } } },
      {
        id: 'code',
        type: 'code',
        params: {
          code: `export default async ({ vars, step }) => {
            await step.waitForEvent('change', { event: 'changed' })
            return vars.base
          }`,
        },
      },
      { id: 'after', type: 'output', params: { value: ['{{ steps.before.base }}', '{{ steps.code }}', '{{ vars.base }}'] } },
    ),
  )
  const run = (await api('POST', `/flows/${flow.id}/runs`, {})).json
  await api('PUT', '/variables/base', { value: 'second' })
  await api('POST', `/runs/${String(run['id'])}/signals/changed`, {})
  const ended = await waitedFor(String(run['id']))
  expect(ended).toMatchObject({ status: 'succeeded', output: ['first', 'first', 'first'] })
  // Whoever starts now sees the change at once, in this process and every other.
  const next = (await api('POST', `/flows/${flow.id}/runs`, {})).json
  await api('POST', `/runs/${String(next['id'])}/signals/changed`, {})
  expect(await waitedFor(String(next['id']))).toMatchObject({ output: ['second', 'second', 'second'] })
})

async function waitedFor(runId: string): Promise<unknown> {
  for await (const event of server.engine.streamRun(server.workspaceId, runId, undefined, AbortSignal.timeout(120_000)))
    if (event.type === 'run' && event.data.finishedAt !== null) break
  return server.engine.getRun(server.workspaceId, runId)
}
