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
