import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EgressRule } from '../ports.ts'
import { createEgress } from './create-egress.ts'

const egress = createEgress({ allowPrivate: ['127.0.0.0/8'], lookup: async () => ['127.0.0.1'] })
let port = 0
const server = createServer((request, response) => {
  const [, target] = request.url?.split('to=') ?? []
  if (target === undefined) response.end('reached')
  else response.writeHead(302, { location: decodeURIComponent(target) }).end()
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterAll(() => server.close())

async function ask(url: string, ...allow: EgressRule[]): Promise<string> {
  const { body } = await egress({ url, method: 'GET', headers: [], allow })
  return Buffer.from(body).toString()
}
const flow = (...hosts: string[]): EgressRule => ({ by: 'flow', hosts })
const workspace = (...hosts: string[]): EgressRule => ({ by: 'workspace', hosts })

test.each([
  ['API.Example.com', 'api.example.com'],
  ['a.b.example.com', '*.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['ａｐｉ.example.com', 'api.example.com'],
  ['api。example。com', 'api.example.com'],
  ['api.example.com.', 'api.example.com'],
  ['127.1', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
])('%s is reached where %s is listed: what counts is the host as it is dialled', async (host, pattern) => {
  expect(await ask(`http://${host}:${port}/`, flow(pattern))).toBe('reached')
})

test.each([
  ['a host that only ends alike', 'http://notexample.com/', '*.example.com'],
  ['a listed host as the user name of another', 'http://api.example.com@evil.example/', 'api.example.com'],
  ['a listed host as the password of another', 'http://x:api.example.com@evil.example/', 'api.example.com'],
  ['a listed host in the path', 'http://evil.example/api.example.com', 'api.example.com'],
  ['a listed host as the beginning of another', 'http://api.example.com.evil.example/', 'api.example.com'],
  ['a backslash before a listed host', 'http://evil.example\\@api.example.com/', 'api.example.com'],
  ['another port', 'http://api.example.com:8080/', 'api.example.com:80'],
])('%s is refused', async (_, url, pattern) => {
  await expect(ask(url, flow(pattern))).rejects.toMatchObject({ code: 'egress_denied', retryable: false })
})

test('a redirect leads no further than a first call', async () => {
  const away = `http://api.example.com:${port}/?to=${encodeURIComponent(`http://other.example:${port}/`)}`
  await expect(ask(away, flow('api.example.com'))).rejects.toMatchObject({
    code: 'egress_denied',
    message: expect.stringContaining('other.example'),
  })
  expect(await ask(away, flow('api.example.com', 'other.example'))).toBe('reached')
})

test('the error says who allows what, and who can change that', async () => {
  const error = { code: 'egress_denied' }
  await expect(ask('http://evil.example/', flow('a.example', 'b.example'), workspace('c.example'))).rejects.toMatchObject({
    ...error,
    message:
      'Calls to evil.example are not allowed: this flow may call only a.example, b.example. Add it to the flow’s settings (egress.allow) and publish, or call one of those.',
  })
  await expect(ask('http://a.example/', flow('a.example'), workspace('c.example'))).rejects.toMatchObject({
    ...error,
    message:
      'Calls to a.example are not allowed: this workspace may call only c.example. An admin can add it in Settings, under Calls outside.',
  })
  await expect(ask('http://a.example/', workspace())).rejects.toMatchObject({
    ...error,
    message: expect.stringContaining('this workspace may call nobody'),
  })
})

test('a listed host is still refused where its address is private', async () => {
  const strict = createEgress({ allowPrivate: [], lookup: async () => ['10.0.0.1'] })
  await expect(
    strict({ url: 'http://api.example.com/', method: 'GET', headers: [], allow: [flow('api.example.com')] }),
  ).rejects.toMatchObject({ code: 'egress_denied', message: expect.stringContaining('a private address') })
})
