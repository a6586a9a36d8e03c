import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

// The examples of docs/waits.md, tried as they stand there.
const page = readFileSync(new URL('../../docs/waits.md', import.meta.url), 'utf8')
const examples = new Map(
  [...page.matchAll(/```json (\w+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']): [string, object] => [
    name,
    JSON.parse(text),
  ]),
)

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['build', 'run'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)

async function start(example: string): Promise<string> {
  const flow = await publishFlow(server, headers, examples.get(example) ?? {})
  const { json } = await api('POST', `/flows/${flow.id}/runs`, { input: { order: 7 } })
  return String(json['id'])
}
const outputOf = (runId: string) =>
  waitFor('the run to end', async () => {
    const { json } = await api('GET', `/runs/${runId}`)
    return json['status'] === 'succeeded' && { output: json['output'] }
  })

test('a run waits for its order’s payment, and a flow starts by it', async () => {
  const thanks = await publishFlow(server, headers, examples.get('event') ?? {})
  const runId = await start('waitForEvent')
  await api('POST', '/events', { name: 'order.paid', data: { order: 8, cents: 100 } })
  await api('POST', '/events', { name: 'order.paid', data: { order: 7, cents: 990 }, id: 'payment-311' })
  expect(await outputOf(runId)).toEqual({ output: { ship: 7, for: 990 } })
  const started = await waitFor('the other flow', async () => {
    const { json } = await api('GET', `/runs?flowId=${thanks.id}`)
    const items = json['items'] as { id: string }[]
    return items.length > 0 && items
  })
  expect(started).toHaveLength(1)
  expect(await outputOf(started[0]?.id ?? '')).toEqual({ output: 'Thanks for order 7' })
})

test('a signal ends the wait of one run', async () => {
  const runId = await start('waitForEvent')
  const signal = await api('POST', `/runs/${runId}/signals/order.paid`, { data: { order: 7, cents: 990 }, id: 'payment-311' })
  expect(signal.status).toBe(202)
  expect(await outputOf(runId)).toEqual({ output: { ship: 7, for: 990 } })
})

test('a question is answered by its link', async () => {
  const runId = await start('approval')
  const url = await waitFor('the question', async () => {
    const { json } = await api('GET', `/runs/${runId}`)
    return (json['waits'] as { url?: string }[])[0]?.url
  })
  const answer = { decision: 'approve', comment: 'for the last time', fields: { discount: 10 } }
  expect((await server.send(url.slice(server.url.length), { method: 'POST', body: answer })).status).toBe(200)
  expect(await outputOf(runId)).toEqual({ output: { discount: 10, by: null } })
})
