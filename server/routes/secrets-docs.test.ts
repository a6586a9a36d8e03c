import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
const shop = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { authorization } = request.headers
    response.end(JSON.stringify({ isKnown: authorization === 'Bearer shop-key-0123', sent: Buffer.concat(chunks).toString() }))
  })
})
let port = 0
beforeAll(async () => {
  server = await startTestServer()
  shop.listen(0, '127.0.0.1')
  await once(shop, 'listening')
  const address = shop.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterAll(async () => {
  shop.close()
  await server.stop()
})

const text = readFileSync(join(import.meta.dirname, '../../docs/secrets-and-variables.md'), 'utf8')
const code = /```ts\n([^]*?)```/.exec(text)?.[1]

test('what docs/secrets-and-variables.md shows works as it says', async () => {
  const headers = await server.makeKey(['build'])
  const put = (path: string, body: object) => server.send(`/api/v1${path}`, { method: 'PUT', headers, body })
  await put('/secrets/shop', { value: 'shop-key-0123', hosts: [`127.0.0.1:${port}`] })
  await put('/secrets/shop-body', { value: 'body-key-4567' })
  await put('/variables/shopUrl', { value: `http://127.0.0.1:${port}` })
  const { id } = await publishFlow(
    server,
    headers,
    chain(
      { id: 'start', type: 'manual' },
      { id: 'tell', type: 'code', params: { code } },
      { id: 'out', type: 'output', params: { value: ['{{ vars.shopUrl }}/orders', '{{ steps.tell }}'] } },
    ),
  )
  const run = await server.send(`/api/v1/flows/${id}/runs`, {
    method: 'POST',
    headers,
    body: { input: { url: `http://127.0.0.1:${port}/orders`, order: 7 }, wait: 120 },
  })
  expect(run.json).toMatchObject({
    status: 'succeeded',
    output: [
      `http://127.0.0.1:${port}/orders`,
      { status: 200, answer: { isKnown: true, sent: '{"order":7,"sharedKey":"[secret shop-body]"}' } },
    ],
  })
})
