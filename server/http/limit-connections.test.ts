import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { rawConnection, type RawConnection } from '../testing/raw-connection.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { trustedProxyFrom } from './trusted-proxies.ts'

let server: TestServer
const open: RawConnection[] = []
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy()
  await server.stop()
})

const health = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'

function connect(first = ''): RawConnection {
  const connection = rawConnection(server.url, first)
  open.push(connection)
  return connection
}

/** Connections that have each been answered, and stay open. */
async function fill(count: number): Promise<void> {
  for (let n = 0; n < count; n++) expect(await connect(health).answer('}')).toMatch(/^HTTP\/1\.1 200 /)
}

test('an address has so many connections; who opens more is told so, and may when one is closed', async () => {
  server = await startTestServer({ listening: { connectionsOfAddress: 3 } })
  await fill(3)
  const refused = await connect(health).answer()
  expect(refused).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n[^]*\r\nRetry-After: 1\r\n[^]*"code":"rate_limited"/)
  expect(refused.match(/HTTP\/1\.1/g)).toHaveLength(1)
  const first = open[0]?.socket
  first?.end()
  if (first) await once(first, 'close')
  await fill(1)
})

test('our own network and the proxies that are trusted may have more, if no limit is set', async () => {
  server = await startTestServer()
  await Promise.all(Array.from({ length: 300 }, () => fill(1)))
  await server.stop()
  const proxies = [trustedProxyFrom('127.0.0.1')].filter((proxy) => typeof proxy !== 'string')
  server = await startTestServer({ trustedProxies: proxies, listening: { connectionsOfAddress: 3 } })
  await fill(5)
})

test('all together have so many, and our own network a hundred more', async () => {
  server = await startTestServer({ listening: { connections: 1 } })
  await Promise.all(Array.from({ length: 101 }, () => fill(1)))
  const refused = await connect(health).answer()
  expect(refused).toMatch(/^HTTP\/1\.1 503 [^]*\r\nRetry-After: 2\r\n[^]*"code":"not_ready"/)
})
