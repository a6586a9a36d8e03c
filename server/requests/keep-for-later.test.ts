import { createTransport } from 'nodemailer'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { chain, createFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer({ mostKeptRequests: 3 })
  headers = await server.makeKey(['admin'])
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(() => server.stop())

const set = { id: 'a', type: 'set', params: { values: { b: 1 } } }
const api = (method: string, path: string, body?: object) =>
  server.send(`/api/v1/flows/${path}`, { method, headers, ...(body && { body }) })
const post = (url: string) => server.send(url, { method: 'POST', body: { order: 7 } })
const inboxOf = async (id: string, query = '') => (await api('GET', `${id}/requests${query}`)).json['items']
const started = (id: string, many: number) =>
  waitFor('the requests to be sent through', async () => {
    const items = await inboxOf(id, '?state=started')
    return Array.isArray(items) && items.length === many ? true : undefined
  })

test('of a flow that is not on so many requests are kept; the next ones are refused and noted, and none is lost', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const { id, url } = await createFlow(server, headers, chain({ id: 'trigger', type: 'webhook' }, set))
  const other = await createFlow(server, headers, chain({ id: 'trigger', type: 'webhook' }, set))
  const sent = await Promise.all(Array.from({ length: 8 }, () => post(url)))
  expect(sent.filter(({ status }) => status === 202)).toHaveLength(3)
  const [refused, ...more] = sent.filter(({ status }) => status !== 202)
  expect(refused).toMatchObject({ status: 503, json: { code: 'not_ready' } })
  expect(refused?.headers['retry-after']).toBe('60')
  expect(more).toHaveLength(4)
  expect(await inboxOf(id, '?state=kept')).toHaveLength(3)
  const noted = Array.from({ length: 5 }, () => expect.objectContaining({ reason: 'inbox_full', sizeBytes: 11 }))
  expect(await inboxOf(id, '?state=rejected')).toEqual(noted)
  expect((await post(other.url)).status).toBe(202)

  await api('POST', `${id}/publish`)
  await api('POST', `${id}/requests/drain`, { ratePerSecond: 1000 })
  await started(id, 3)
  await api('POST', `${id}/pause`)
  vi.advanceTimersByTime(5_001)
  expect(await Promise.all([post(url), post(url), post(url)])).toMatchObject([{ status: 202 }, { status: 202 }, { status: 202 }])
  expect((await post(url)).status).toBe(503)
  await api('POST', `${id}/resume`)
  await started(id, 6)
  expect((await post(url)).status).toBe(202)
})

test('what a flow takes while it is on, and what its own condition leaves out, is not counted', async () => {
  const trigger = { id: 'trigger', type: 'webhook', params: { onlyIf: '{{ false }}' } }
  const { id, url } = await createFlow(server, headers, chain(trigger, set))
  await api('POST', `${id}/publish`)
  for (let times = 0; times < 5; times++) expect((await post(url)).status).toBe(202)
  await api('POST', `${id}/pause`)
  expect((await post(url)).status).toBe(202)
})

test('a form says in words that it takes no more, and a mail is put off', async () => {
  const ask = { id: 'start', type: 'form', params: { fields: [{ id: 'name', label: 'Name', type: 'text' }] } }
  const form = await createFlow(server, headers, chain(ask, set))
  const fill = () =>
    server.send(form.url, {
      method: 'POST',
      body: 'name=Ada',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    })
  for (let times = 0; times < 3; times++) expect((await fill()).status).toBe(200)
  const refused = await fill()
  expect(refused.status).toBe(503)
  expect(refused.text).toContain('Send it again later')

  const port = await server.takeMail()
  const box = await createFlow(server, headers, chain({ id: 'start', type: 'email', params: { path: 'full' } }, set))
  const mail = () =>
    createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({
      from: 'hello@nimbus.example',
      to: 'full@mail.test',
      subject: 'Order',
      text: 'One',
    })
  for (let times = 0; times < 3; times++) await mail()
  await expect(mail()).rejects.toMatchObject({ responseCode: 451 })
  expect(await inboxOf(box.id, '?state=kept')).toHaveLength(3)
})
