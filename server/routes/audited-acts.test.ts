import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { authorization: string }
beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

async function startOne(step: { id: string; type: string; params: object }, waitSeconds: number): Promise<string> {
  const flow = await publishFlow(server, headers, chain({ id: 'start', type: 'manual' }, step))
  const run = await server.send(`/api/v1/flows/${flow.id}/runs`, { method: 'POST', headers, body: { wait: waitSeconds } })
  return String(run.json['id'])
}

/** As a crash between the two would have it: the act goes through, its audit row can't be written. */
async function withoutAuditLog<T>(act: () => Promise<T>): Promise<T> {
  await server.database.pool.query('alter table app.audit_log rename to audit_log_away')
  try {
    return await act()
  } finally {
    await server.database.pool.query('alter table app.audit_log_away rename to audit_log')
  }
}

test('a retry and its audit row stand or fall together', async () => {
  const id = await startOne({ id: 'fail', type: 'stop', params: { as: 'failed', message: 'no' } }, 10)
  const path = `/api/v1/runs/${id}`
  const refused = await withoutAuditLog(() => server.send(`${path}/retry`, { method: 'POST', headers, body: {} }))
  expect(refused.status).toBe(500)
  expect((await server.send(path, { headers })).json).toMatchObject({ status: 'failed' })
  const { rows } = await server.database.pool.query("select from engine.events where run_id = $1 and kind = 'run.retried'", [id])
  expect(rows).toHaveLength(0)
  expect((await server.send(`${path}/retry`, { method: 'POST', headers, body: {} })).status).toBe(200)
})

test('a cancel and its audit row stand or fall together', async () => {
  const id = await startOne({ id: 'wait', type: 'delay', params: { for: '1h' } }, 0)
  const path = `/api/v1/runs/${id}`
  const refused = await withoutAuditLog(() => server.send(`${path}/cancel`, { method: 'POST', headers, body: {} }))
  expect(refused.status).toBe(500)
  expect((await server.send(`${path}/cancel`, { method: 'POST', headers, body: {} })).status).toBe(200)
  const { rows } = await server.database.pool.query('select action from app.audit_log where target = $1', [id])
  expect(rows).toEqual([{ action: 'run.cancelled' }])
})

const webhook = { id: 'hook', type: 'webhook', params: {} }
const pass = { id: 'pass', type: 'output', params: { value: '{{ trigger.body }}' } }

async function keepOne(): Promise<{ flow: string; path: string; id: string }> {
  const { id: flow, url } = await publishFlow(server, headers, chain(webhook, pass))
  await server.send(`/api/v1/flows/${flow}/disable`, { method: 'POST', headers })
  const id = String((await server.send(url, { method: 'POST', body: { n: 1 } })).json['requestId'])
  return { flow, path: `/api/v1/flows/${flow}/requests`, id }
}

async function audited(target: string): Promise<unknown[]> {
  const { rows } = await server.database.pool.query(
    'select action, details from app.audit_log where target = $1 order by id desc limit 1',
    [target],
  )
  return rows
}

test('sending a kept request through and its audit row stand or fall together', async () => {
  const { flow, path, id } = await keepOne()
  const send = () => server.send(`${path}/${id}/send`, { method: 'POST', headers, body: { to: 'live' } })
  expect((await withoutAuditLog(send)).status).toBeGreaterThanOrEqual(500)
  expect((await server.send(`${path}/${id}`, { headers })).json).toMatchObject({ state: 'kept', runId: null })
  expect((await server.send(`/api/v1/runs?flowId=${flow}`, { headers })).json['items']).toEqual([])
  const sent = await send()
  expect(sent.status).toBe(201)
  const runId = sent.json['id']
  expect((await server.send(`${path}/${id}`, { headers })).json).toMatchObject({ state: 'started', runId })
  expect(await audited(id)).toEqual([{ action: 'request.sent', details: { to: 'live', flowId: flow, runId } }])
})

test('a request that becomes a sample and its audit row stand or fall together', async () => {
  const { flow, path, id } = await keepOne()
  const use = () => server.send(`${path}/${id}/sample`, { method: 'POST', headers, body: {} })
  expect((await withoutAuditLog(use)).status).toBe(500)
  expect((await server.send(`/api/v1/flows/${flow}/samples/hook`, { headers })).status).toBe(404)
  expect((await use()).status).toBe(200)
  expect(await audited(id)).toEqual([{ action: 'request.used_as_sample', details: { flowId: flow, stepId: 'hook' } }])
})

test('sending all that is kept through, stopping it, and their audit rows stand or fall together', async () => {
  const { flow, path } = await keepOne()
  const drain = (method: string) =>
    server.send(`${path}/drain`, { method, headers, ...(method === 'POST' ? { body: { ratePerSecond: 5 } } : {}) })
  expect((await withoutAuditLog(() => drain('POST'))).status).toBe(500)
  expect((await drain('GET')).json).toMatchObject({ status: 'none', left: 0, kept: 1 })
  expect((await drain('POST')).json).toMatchObject({ status: 'waiting', left: 1 })
  expect(await audited(flow)).toEqual([{ action: 'requests.drained', details: { ratePerSecond: 5 } }])
  expect((await withoutAuditLog(() => drain('DELETE'))).status).toBe(500)
  expect((await drain('GET')).json).toMatchObject({ status: 'waiting', left: 1 })
  expect((await drain('DELETE')).json).toMatchObject({ status: 'finished', left: 0, kept: 1 })
  expect(await audited(flow)).toEqual([{ action: 'requests.drain_stopped', details: null }])
})
