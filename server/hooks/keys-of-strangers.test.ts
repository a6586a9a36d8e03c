import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const Runs = z.object({ items: z.array(z.object({ id: z.string() })) })

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

async function runsOf(flowId: string): Promise<string[]> {
  const sent = await server.send(`/api/v1/runs?flowId=${flowId}`, { headers })
  return Runs.parse(sent.json).items.map(({ id }) => id)
}

const webhook = (id: string, path: string) => ({ id, type: 'webhook', params: { path } })

async function call(path: string, key: string): Promise<string> {
  const sent = await server.send(`/hooks/${path}`, { method: 'POST', body: {}, headers: { 'idempotency-key': key } })
  expect(sent.status).toBe(202)
  return String(sent.json['runId'])
}

test('no key of a stranger is that of a schedule, of a program, or of another address of the flow', async () => {
  const { id } = await publishFlow(server, headers, {
    nodes: [webhook('open', 'open'), webhook('trusted', 'trusted')],
    edges: [],
  })
  const taken = await call('open', 'order-1')
  // What a schedule calls its run of this time.
  await call('open', 'schedule:daily:2030-01-01T00:00:00.000Z')
  const { rows } = await server.database.pool.query('select from engine.idempotency_keys where key like $1', ['schedule:%'])
  expect(rows).toEqual([])

  const started = await server.send(`/api/v1/flows/${id}/runs`, { method: 'POST', headers, body: { idempotencyKey: 'order-1' } })
  expect(started.status).toBe(201)
  expect(await call('trusted', 'order-1')).not.toBe(taken)
  expect(await runsOf(id)).toHaveLength(4)
  expect(await call('open', 'order-1')).toBe(taken)
})
