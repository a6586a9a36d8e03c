import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { findMailbox } from './find-mailbox.ts'
import { listRetention } from './list-retention.ts'

// PostgreSQL keeps JSON in which \u0000 or half a character stands, but takes none apart.
const odd = { id: 'odd', type: 'output', params: { value: 'a\u0000b \ud800' } }

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

test('a flow with odd characters takes requests, as a draft, when it is live, and while its draft is worked on', async () => {
  const webhook = { id: 'trigger', type: 'webhook', params: { respond: 'whenFinished' } }
  const post = (url: string) => server.send(url, { method: 'POST', body: {} })
  const draft = await createFlow(server, headers, chain(webhook, odd))
  expect(await post(draft.url)).toMatchObject({ status: 202, json: { requestId: expect.any(String) } })

  const live = await publishFlow(server, headers, chain(webhook, odd))
  expect(await post(live.url)).toMatchObject({ status: 200 })

  const worked = await publishFlow(server, headers, chain(webhook, { id: 'ok', type: 'output', params: { value: 'ok' } }))
  const patch = [{ op: 'add', path: '/nodes/-', value: { ...odd, type: 'note', params: { text: 'a\u0000b' } } }]
  await server.send(`/api/v1/flows/${worked.id}/draft`, { method: 'PATCH', headers, body: { revision: 1, patch } })
  await server.send(`/api/v1/flows/${worked.id}/disable`, { method: 'POST', headers })
  expect((await post(worked.url)).status).toBe(202)
  await server.send(`/api/v1/flows/${worked.id}/enable`, { method: 'POST', headers })
  expect(await post(worked.url)).toMatchObject({ status: 200, text: 'ok' })
})

test('its form can be opened, and its e-mail address found', async () => {
  const form = { id: 'trigger', type: 'form', params: { fields: [{ id: 'a', label: 'A', type: 'text' }] } }
  for (const make of [createFlow, publishFlow])
    expect((await server.send((await make(server, headers, chain(form, odd))).url)).status).toBe(200)

  const email = { id: 'trigger', type: 'email', params: { path: 'odd' } }
  const { id } = await createFlow(server, headers, chain(email, odd))
  expect(await findMailbox(server.database.pool, 'odd')).toMatchObject({ flowId: id, state: 'draft', params: { path: 'odd' } })
})

test('how long runs are kept is read of every flow', async () => {
  const settings = { retentionDays: 7 }
  const { id } = await createFlow(server, headers, { ...chain(odd), settings })
  expect((await listRetention(server.database.pool)).find(({ flowId }) => flowId === id)).toMatchObject({ days: 7 })
})
