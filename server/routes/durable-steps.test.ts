import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

const Started = z.object({ id: z.string() })
const Run = z.object({ status: z.string(), output: z.unknown(), waits: z.array(z.object({ url: z.string().optional() })) })
const Steps = z.object({ items: z.array(z.object({ path: z.string(), call: z.string().optional(), status: z.string() })) })

let server: TestServer
let headers: { [name: string]: string }
const said: { url: string | undefined; key: unknown; body: string }[] = []
/** The article, the chat and the shop of the example. */
const world = createServer((request, response) => {
  void text(request).then((body) => {
    said.push({ url: request.url, key: request.headers['idempotency-key'], body })
    response.end('the article')
  })
})

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  world.listen(0, '127.0.0.1')
  await once(world, 'listening')
})
afterAll(async () => {
  world.close()
  await server.stop()
})

/** What docs/durable-steps.md shows. */
const [example = ''] = [
  ...readFileSync(join(import.meta.dirname, '../../docs/durable-steps.md'), 'utf8').matchAll(/```ts\n([^`]*`[^`]*`[^`]*)```/g),
].map(([, code]) => code)

test('the example of the docs asks, waits for the answer to its address, and goes on where it was', async () => {
  const { id } = await publishFlow(
    server,
    headers,
    chain({ id: 'start', type: 'manual' }, { id: 'ship', type: 'code', params: { code: example } }),
  )
  const { port } = world.address() as AddressInfo
  const at = (name: string) => `http://127.0.0.1:${port}/${name}`
  const input = { article: at('article'), chat: at('chat'), shop: at('shop') }
  const started = Started.parse(
    (await server.send(`/api/v1/flows/${id}/runs`, { method: 'POST', headers, body: { input } })).json,
  )
  const run = async () => Run.parse((await server.send(`/api/v1/runs/${started.id}`, { headers })).json)
  const waiting = await waitFor('the question', async () => ((await run()).waits[0]?.url === undefined ? undefined : run()))
  const asked = said.find(({ url }) => url === '/chat')?.body ?? ''
  const link = asked.slice('Ship it? '.length)
  expect(link).toBe(waiting.waits[0]?.url)

  const answered = await server.send(link.slice(server.url.length), { method: 'POST', body: { ship: true } })
  expect(answered.status).toBe(200)
  const ended = await waitFor('the end', async () => {
    const now = await run()
    return now.status === 'succeeded' ? now : undefined
  })
  expect(ended.output).toEqual({ shipped: true })
  expect(said.map(({ url, key }) => [url, key])).toEqual([
    ['/article', undefined],
    ['/chat', undefined],
    ['/shop', `${started.id}:ship%23ship`],
  ])
  const steps = Steps.parse((await server.send(`/api/v1/runs/${started.id}/steps?parent=ship`, { headers })).json)
  expect(steps.items).toMatchObject([
    { path: 'ship#fetch', call: 'run', status: 'succeeded' },
    { path: 'ship#ask', call: 'run', status: 'succeeded' },
    { path: 'ship#answer', call: 'waitForCall', status: 'succeeded' },
    { path: 'ship#cool down', call: 'sleep', status: 'succeeded' },
    { path: 'ship#ship', call: 'run', status: 'succeeded' },
  ])
})
