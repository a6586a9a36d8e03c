import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listRetention } from '../db/list-retention.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
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
  (await server.send(`/api/v1/flows/${flowId}/runs`, { method: 'POST', headers, body: { input, wait: 120 } })).json

/** What docs/state-and-metrics.md shows. */
const examples = [
  ...readFileSync(join(import.meta.dirname, '../../docs/state-and-metrics.md'), 'utf8').matchAll(/```ts\n([^`]*)```/g),
]
const [code, countCode] = examples.map(([, text]) => text)

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

test('runs that count at the same time don’t undo each other', async () => {
  const { id } = await publishFlow(
    server,
    headers,
    chain({ id: 'start', type: 'manual' }, { id: 'number', type: 'code', params: { code: countCode } }),
  )
  const runs = await Promise.all(Array.from({ length: 6 }, () => start(id, null)))
  expect(runs.map((run) => run['output']).toSorted()).toEqual([1, 2, 3, 4, 5, 6])
})

test('a flow that is deleted takes along what it kept', async () => {
  const { id } = await publishFlow(
    server,
    headers,
    chain({ id: 'start', type: 'manual' }, { id: 'number', type: 'code', params: { code: countCode } }),
  )
  await start(id, null)
  const kept = () => server.database.pool.query('select from engine.flow_state where flow_id = $1', [id])
  expect((await kept()).rowCount).toBe(1)
  expect((await server.send(`/api/v1/flows/${id}`, { method: 'DELETE', headers })).status).toBe(204)
  expect((await kept()).rowCount).toBe(0)
})

test('how long the runs of a flow are kept is what its live version says, or the draft of one that has none', async () => {
  const document = chain({ id: 'start', type: 'manual' }, { id: 'pass', type: 'set', params: { values: { n: 1 } } })
  const { id } = await publishFlow(server, headers, { ...document, settings: { retentionDays: 7 } })
  const draft = await createFlow(server, headers, { ...document, settings: { retentionDays: 400 } })
  await createFlow(server, headers, { ...document, settings: { retentionDays: 0.5 } })
  await createFlow(server, headers, document)
  const kept = (await listRetention(server.database.pool)).map(({ flowId, days }) => [flowId, days]).toSorted()
  expect(kept).toEqual(
    [
      [id, 7],
      [draft.id, 400],
    ].toSorted(),
  )
})

test('nothing is said of flows and runs that are not there', async () => {
  expect((await get('/flows/flow_none/state')).status).toBe(404)
  expect((await get('/runs/run_none/state')).status).toBe(404)
})
