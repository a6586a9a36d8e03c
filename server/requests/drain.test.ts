import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { InboxPage, RequestDrain } from '#shared/inbox-request.ts'
import { apiOf } from '../testing/api-of.ts'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }
let flow: { id: string; url: string }

const webhook = { id: 'hook', type: 'webhook', params: {} }
const pass = { id: 'pass', type: 'output', params: { value: '{{ trigger.body }}' } }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())
beforeEach(async () => {
  flow = await publishFlow(server, headers, chain(webhook, pass))
  await change('disable')
})

const api = apiOf(
  () => server,
  () => headers,
)
const post = (url: string, body: unknown) => server.send(url, { method: 'POST', body })
const change = (what: string) => api('POST', `/flows/${flow.id}/${what}`)
const drain = async () => RequestDrain.parse((await api('GET', `/flows/${flow.id}/requests/drain`)).json)
const startDrain = (ratePerSecond: number) => api('POST', `/flows/${flow.id}/requests/drain`, { ratePerSecond })
async function requests(query = '?limit=200') {
  return InboxPage.parse((await api('GET', `/flows/${flow.id}/requests${query}`)).json).items
}
async function keep(...bodies: unknown[]): Promise<string[]> {
  const ids: string[] = []
  for (const body of bodies) ids.push(String((await post(flow.url, body)).json['requestId']))
  return ids
}
const started = async () => (await requests()).filter(({ state }) => state === 'started')

test('while thousands go through slowly, other flows, and new requests of the same one, are served', async () => {
  const path = flow.url.slice('/hooks/'.length)
  await server.database.pool.query(
    `insert into engine.requests (workspace_id, id, flow_id, state, reason, method, path, remote, size_bytes, trigger)
     select $1, engine.first_id('req', now()) || substr(md5(n::text), 1, 16), $2, 'kept', 'disabled', 'POST', $3, '::1', 9,
       '{"kind":"webhook","body":{"n":' || n || '}}' from generate_series(1, 5000) as n`,
    [server.workspaceId, flow.id, path],
  )
  await startDrain(50)
  await change('enable')
  const answering = { ...webhook, params: { respond: 'whenFinished' } }
  const other = await publishFlow(server, headers, chain(answering, pass))
  await waitFor('the first to go through', async () => (await drain()).left < 5000)
  for (let n = 0; n < 20; n++) {
    expect((await post(other.url, { n })).json).toEqual({ n })
    expect((await post(flow.url, { live: n })).json['runId']).toMatch(/^run_/)
  }
  // At 50 a second this takes a minute and a half, however fast the machine is.
  const { status, left } = await drain()
  expect(status).toBe('running')
  expect(left).toBeGreaterThan(0)
  await api('DELETE', `/flows/${flow.id}/requests/drain`)
})

test('once it is answered that sending has stopped, nothing more goes', async () => {
  await keep(...Array.from({ length: 40 }, (_, n) => ({ n })))
  await startDrain(1000)
  await change('enable')
  await waitFor('some to go through', async () => (await drain()).left < 40)
  await api('DELETE', `/flows/${flow.id}/requests/drain`)
  const gone = (await started()).length
  // Whoever asks to send next waits its turn: had something been on its way still, it would be through by then.
  await startDrain(1000)
  const { total } = await drain()
  expect(total + gone).toBe(40)
  await waitFor('the rest', async () => (await drain()).status === 'finished')
  expect(await started()).toHaveLength(40)
})

test('large requests are read a few at a time, and all go through in order when the flow goes on', async () => {
  await change('enable')
  await change('pause')
  const large = 'x'.repeat(1_000_000)
  const ids = await keep(...Array.from({ length: 24 }, (_, n) => ({ n, large })))
  const read = await server.engine.listKept(server.workspaceId, flow.id, 100)
  expect(read.length).toBeLessThan(20)
  expect(read.map(({ id }) => id)).toEqual(ids.slice(0, read.length))
  await change('resume')
  await waitFor('all to go through', async () => ((await started()).length === 24 ? true : undefined))
  const runs = (await started()).map(({ runId }) => runId ?? '').toReversed()
  expect(runs).toEqual(runs.toSorted())
})

test('a flow that is turned off in the middle goes on where it was when it is on again', async () => {
  const ids = await keep(...Array.from({ length: 12 }, (_, n) => ({ n })))
  await startDrain(20)
  await change('enable')
  await waitFor('some to go through', async () => (await drain()).left < 12)
  await change('disable')
  // One that was on its way when the flow was turned off still goes.
  const { status } = await waitFor('none to be on its way', async () => {
    const now = await drain()
    return now.left + (await started()).length === 12 && now
  })
  expect(['waiting', 'finished']).toContain(status)
  await change('enable')
  await waitFor('the rest', async () => (await drain()).status === 'finished')
  const all = await requests()
  expect(all.map(({ id }) => id).toReversed()).toEqual(ids)
  const runs = all.map(({ runId }) => runId ?? '').toReversed()
  expect(runs).toEqual(runs.toSorted())
})

test('what comes to an address that a new version no longer has stays, with the reason, and holds nothing up', async () => {
  const ids = await keep({ n: 1 }, { n: 2 })
  const { document, revision } = (await api('GET', `/flows/${flow.id}`)).json
  const manual = chain({ id: 'start', type: 'manual' }, pass)
  await api('PUT', `/flows/${flow.id}/draft`, { document: { ...Object(document), ...manual }, revision })
  expect((await change('publish')).status).toBe(200)
  await change('enable')
  await startDrain(1000)
  await waitFor('both to be looked at', async () => (await drain()).status === 'finished')
  expect((await requests()).map(({ id, state, reason }) => ({ id, state, reason })).toReversed()).toEqual(
    ids.map((id) => ({ id, state: 'kept', reason: 'not_listening' })),
  )
})

test('requests of a flow that is deleted in the middle hold nobody up', async () => {
  await keep({ n: 1 }, { n: 2 }, { n: 3 })
  await startDrain(0.01)
  await change('enable')
  await waitFor('the first to go', async () => (await started()).length === 1)
  const deleted = flow.id
  expect((await api('DELETE', `/flows/${deleted}`)).status).toBe(204)
  flow = await publishFlow(server, headers, chain(webhook, pass))
  await change('disable')
  await keep({ n: 'another flow' })
  await startDrain(1000)
  await change('enable')
  await waitFor('those of another flow', async () => (await drain()).status === 'finished')
  await waitFor('nothing to wait for ever', async () => {
    const { rows } = await server.database.pool.query(
      "select from engine.requests where flow_id = $1 and state = 'kept' and (sending or reason = 'paused')",
      [deleted],
    )
    return rows.length === 0
  })
})

test('a request that can’t become a run stays, with the reason, and those behind it go through', async () => {
  const [, bad = ''] = await keep({ n: 1 }, { n: 2 }, { n: 3 })
  await server.database.pool.query(
    `create function engine.refuse_one() returns trigger language plpgsql as $$ begin
       raise exception 'no run of this one' using errcode = 'program_limit_exceeded'; end $$;
     create trigger refuse_one before update on engine.requests for each row
       when (new.id = '${bad}' and new.state = 'started') execute function engine.refuse_one()`,
  )
  await startDrain(1000)
  await change('enable')
  await waitFor('all to be looked at', async () => (await drain()).status === 'finished')
  await server.database.pool.query('drop function engine.refuse_one cascade')
  expect((await requests()).map(({ state, reason }) => reason ?? state).toReversed()).toEqual(['started', 'unusable', 'started'])
  const sent = await api('POST', `/flows/${flow.id}/requests/${bad}/send`, { to: 'live' })
  expect(sent.status).toBe(201)
  expect((await requests(`?q=${bad}`))[0]).toMatchObject({ state: 'started', runId: sent.json['id'] })
})

test('those that the flow’s condition, or its limits, keep out stay with the reason, and can be sent through all the same', async () => {
  const only = { ...webhook, params: { onlyIf: '{{ trigger.body.n > 1 }}' } }
  flow = await publishFlow(server, headers, chain(only, pass))
  await change('disable')
  const [first = ''] = await keep({ n: 1 }, { n: 2 })
  await startDrain(1000)
  await change('enable')
  await waitFor('all to be looked at', async () => (await drain()).status === 'finished')
  expect((await requests()).map(({ reason }) => reason).toReversed()).toEqual(['only_if', null])
  expect(await drain()).toMatchObject({ kept: 0 })
  const sent = await api('POST', `/flows/${flow.id}/requests/${first}/send`, { to: 'live' })
  expect(sent.json).toMatchObject({ trigger: { body: { n: 1 } } })
})
