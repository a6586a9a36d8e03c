import { expect, test as base } from './harness/test.ts'
import { startProduct, type Product } from './harness/server.ts'

// With a lease of an hour, what a killed process left behind goes on because it is found to be dead, or not at all.
const test = base.extend<object, { product: Product }>({
  product: [
    async ({}, use) => {
      const product = await startProduct({ HOLDFAST_LEASE_MS: '3600000' })
      await use(product)
      await product.dispose()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

interface Run {
  id: string
  status: string
  output: unknown
}
interface Steps {
  items: { path: string; status: string; attempts: { outcome: string }[] }[]
}

test('a run goes on after kill -9 and no finished step runs twice', async ({ product, ledger, api }) => {
  const document = {
    schema: 1,
    name: 'Three calls',
    nodes: [
      { id: 'trigger', type: 'webhook', params: { methods: ['POST'], path: 'three-calls', respond: 'immediately' } },
      {
        id: 'first',
        type: 'http.request',
        params: { method: 'POST', url: `${ledger.url}/first`, body: { qty: '{{ trigger.body.qty }}' } },
      },
      {
        id: 'price',
        type: 'code',
        params: {
          code: 'export default async ({ trigger, steps }) => ({ total: trigger.body.qty * 7, heard: steps.first.body.call })',
        },
      },
      {
        id: 'second',
        type: 'http.request',
        params: { method: 'POST', url: `${ledger.url}/second`, body: { total: '{{ steps.price.total }}' } },
      },
      {
        id: 'third',
        type: 'http.request',
        params: { method: 'POST', url: `${ledger.url}/third`, body: '{{ steps.second.body }}' },
      },
    ],
    edges: [
      { source: 'trigger', target: 'first' },
      { source: 'first', target: 'price' },
      { source: 'price', target: 'second' },
      { source: 'second', target: 'third' },
    ],
  }
  const flow = await api<{ id: string }>('POST', '/flows', { document })
  await api('POST', `/flows/${flow.id}/publish`, {})

  const gate = ledger.hold('/second')
  const accepted = await fetch(`${product.url}/hooks/three-calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"qty":6}',
  })
  expect(accepted.status).toBe(202)
  const { runId } = (await accepted.json()) as { runId: string }
  await expect.poll(() => ledger.entries.filter((entry) => entry.path === '/second').length).toBe(1)

  await product.kill('SIGKILL')
  gate.release()
  await product.start()

  await expect.poll(() => ledger.entries.filter((entry) => entry.path === '/second').length).toBe(2)
  await expect.poll(async () => (await api<Run>('GET', `/runs/${runId}`)).status).toBe('succeeded')

  const calls = (path: string) => ledger.entries.filter((entry) => entry.path === path)
  expect(calls('/first')).toHaveLength(1)
  expect(calls('/second').map((entry) => entry.body)).toEqual(['{"total":42}', '{"total":42}'])
  expect(new Set(calls('/second').map((entry) => entry.key)).size).toBe(1)
  expect(calls('/third')).toHaveLength(1)

  const steps = await api<Steps>('GET', `/runs/${runId}/steps`)
  expect(steps.items.map((step) => [step.path, step.status])).toEqual([
    ['first', 'succeeded'],
    ['price', 'succeeded'],
    ['second', 'succeeded'],
    ['third', 'succeeded'],
  ])
  expect(steps.items.find((step) => step.path === 'second')?.attempts.map((attempt) => attempt.outcome)).toEqual([
    'lost',
    'succeeded',
  ])
})

test('a run that waits for a call survives a kill and is resumed once', async ({ product, api }) => {
  const document = {
    schema: 1,
    name: 'Ask and wait',
    nodes: [
      { id: 'trigger', type: 'manual', params: {} },
      { id: 'address', type: 'set', params: { values: { url: "{{ run.resumeUrl('answer') }}" } } },
      { id: 'answer', type: 'waitForCall', params: { timeout: '1h' } },
      { id: 'result', type: 'output', params: { value: '{{ steps.answer.body.said }}' } },
    ],
    edges: [
      { source: 'trigger', target: 'address' },
      { source: 'address', target: 'answer' },
      { source: 'answer', sourceHandle: 'received', target: 'result' },
    ],
  }
  const flow = await api<{ id: string }>('POST', '/flows', { document })
  await api('POST', `/flows/${flow.id}/publish`, {})
  const run = await api<Run>('POST', `/flows/${flow.id}/runs`, { input: {} })
  await expect.poll(async () => (await api<Run>('GET', `/runs/${run.id}`)).status).toBe('waiting')
  const { items } = await api<{ items: { path: string; output: { url: string } }[] }>('GET', `/runs/${run.id}/steps`)
  const url = items.find((step) => step.path === 'address')?.output.url ?? ''
  expect(url).toContain(`${product.url}/resume/`)

  await product.kill('SIGKILL')
  await product.start()

  const call = () => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"said":"yes"}' })
  expect((await call()).status).toBe(200)
  expect([409, 410]).toContain((await call()).status)
  expect((await fetch(`${url.slice(0, -4)}AAAA`, { method: 'POST' })).status).toBe(404)
  await expect.poll(async () => (await api<Run>('GET', `/runs/${run.id}`)).status).toBe('succeeded')
  expect((await api<Run>('GET', `/runs/${run.id}`)).output).toBe('yes')
})
