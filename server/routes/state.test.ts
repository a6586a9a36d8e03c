import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const get = (path: string, as = headers) => server.send(`/api/v1${path}`, { method: 'GET', headers: as })
const start = async (flowId: string, input: unknown) =>
  (await server.send(`/api/v1/flows/${flowId}/runs`, { method: 'POST', headers, body: { input, wait: 20 } })).json

/** The example of docs/state-and-metrics.md. */
const code = `export default async ({ trigger, state, once, metric }) => {
  const welcome = await once('welcome:' + trigger.body.mail, () => ({ sentFor: trigger.body.order }))
  const { value, version } = await state.get('total')
  const total = (value ?? 0) + trigger.body.amount
  await state.set('total', total, { ifVersion: version })
  metric('orders.amount', trigger.body.amount, { country: trigger.body.country })
  return { total, welcome }
}`

test('what a flow keeps, what a run changed, did once and counted can be read', async () => {
  const { id } = await publishFlow(
    server,
    headers,
    chain({ id: 'start', type: 'manual' }, { id: 'count', type: 'code', params: { code } }),
  )
  const first = await start(id, { mail: 'ada@example.com', order: 1, amount: 10, country: 'DE' })
  expect(first).toMatchObject({ status: 'succeeded', output: { total: 10, welcome: { sentFor: 1 } } })
  const second = await start(id, { mail: 'ada@example.com', order: 2, amount: 5, country: 'FR' })
  expect(second).toMatchObject({ status: 'succeeded', output: { total: 15, welcome: { sentFor: 1 } } })

  expect((await get(`/flows/${id}/state`)).json).toEqual({
    items: [{ key: 'total', value: 15, version: 2, updatedAt: expect.any(String), updatedBy: second['id'] }],
    nextCursor: null,
  })
  expect((await get(`/runs/${String(first['id'])}/state`)).json).toEqual({
    changes: [{ key: 'total', value: 10, version: 1, path: 'count', at: expect.any(String), now: { value: 15, version: 2 } }],
    once: [{ key: 'welcome:ada@example.com', path: 'count', doneAt: expect.any(String), value: { sentFor: 1 } }],
    metrics: [{ name: 'orders.amount', tags: { country: 'DE' }, count: 1, sum: 10, min: 10, max: 10 }],
  })
  expect((await get(`/runs/${String(second['id'])}/state`)).json).toMatchObject({
    once: [],
    changes: [{ value: 15, version: 2 }],
  })
  const { text } = await server.send('/metrics', { method: 'GET', headers })
  expect(text).toContain(`holdfast_flow_metric_sum{flow="${id}",name="orders.amount"} 15`)
  expect(text).toContain(`holdfast_flow_metric_count_total{flow="${id}",name="orders.amount"} 2`)
})

test('nothing is said of flows and runs that are not there', async () => {
  expect((await get('/flows/flow_none/state')).status).toBe(404)
  expect((await get('/runs/run_none/state')).status).toBe(404)
})
