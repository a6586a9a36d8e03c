import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen } from '../start/listen.ts'
import { send } from '../testing/send.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { createBodyBudget } from './body-budget.ts'
import { clientAddress } from './client-address.ts'
import { type TrustedProxies, trustedProxyFrom } from './trusted-proxies.ts'

function proxies(...ranges: string[]): TrustedProxies {
  return ranges.map(trustedProxyFrom).filter((read) => typeof read !== 'string')
}

describe('the address of a caller', () => {
  let trusted: TrustedProxies = []
  let server: Server
  let port: number
  beforeAll(async () => {
    const listening = await listen('::', 0, {
      requestTimeoutMs: 10_000,
      answerTimeoutMs: 10_000,
      maxHeaderBytes: 16 * 1024,
      connections: 1000,
      trustedProxies: [],
      budget: createBodyBudget(1024 ** 2),
    })
    ;({ server, port } = listening)
    listening.open((req, res) => res.end(clientAddress(req, trusted)))
  })
  afterAll(() => server.close())

  async function addressFor(headers: { [name: string]: string }, ranges: TrustedProxies): Promise<string> {
    trusted = ranges
    return (await send(`http://127.0.0.1:${port}/`, { headers })).text
  }

  const local = proxies('127.0.0.1')
  const both = proxies('127.0.0.0/8', '10.0.0.0/8', '2001:db8:ffff::/48')
  test.each<[string, { [name: string]: string }, TrustedProxies, string]>([
    ['is the connection’s, in IPv4 where it is that', {}, [], '127.0.0.1'],
    ['is not what a stranger says', { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' }, [], '127.0.0.1'],
    ['is not what one says who is not the proxy', { 'x-forwarded-for': '203.0.113.7' }, proxies('10.0.0.0/8'), '127.0.0.1'],
    ['is what the proxy says', { 'x-forwarded-for': '203.0.113.7' }, local, '203.0.113.7'],
    ['is what the last proxy says, whatever came before', { 'x-forwarded-for': '1.2.3.4, 203.0.113.7' }, local, '203.0.113.7'],
    ['is read past proxies of ours', { 'x-forwarded-for': '1.2.3.4, 203.0.113.7, 10.1.2.3' }, both, '203.0.113.7'],
    ['is one of our own, where all are', { 'x-forwarded-for': '10.0.0.9, 10.1.2.3' }, both, '10.0.0.9'],
    ['may have a port', { 'x-forwarded-for': '203.0.113.7:4711' }, local, '203.0.113.7'],
    ['may be IPv6', { 'x-forwarded-for': '2001:DB8:0:0:0:0:0:1' }, local, '2001:db8::1'],
    ['may be IPv6 with a port', { 'x-forwarded-for': '[2001:db8::1]:443' }, local, '2001:db8::1'],
    ['may be IPv4 in IPv6', { 'x-forwarded-for': '::ffff:203.0.113.7' }, local, '203.0.113.7'],
    ['may be IPv4 in IPv6, in hexadecimal', { 'x-forwarded-for': '::ffff:cb00:7107, ::ffff:a00:1' }, both, '203.0.113.7'],
    ['is the proxy’s where it says nothing', {}, local, '127.0.0.1'],
    ['is the proxy’s where it says nothing of use', { 'x-forwarded-for': '203.0.113.7, unknown' }, local, '127.0.0.1'],
    ['is not read past what can’t be read', { 'x-forwarded-for': '203.0.113.7, , 10.0.0.1' }, both, '10.0.0.1'],
    ['is in four plain numbers or nothing', { 'x-forwarded-for': '0313.0.0161.7' }, local, '127.0.0.1'],
    ['names no interface of this machine', { 'x-forwarded-for': 'fe80::1%eth0' }, local, '127.0.0.1'],
    ['is what Forwarded says', { forwarded: 'for=192.0.2.1, for=203.0.113.7;proto=https;by=10.0.0.1' }, local, '203.0.113.7'],
    ['is what Forwarded says, in quotes', { forwarded: 'proto=https;For="[2001:db8::1]:4711"' }, local, '2001:db8::1'],
    ['is read past our proxies in Forwarded', { forwarded: 'for=203.0.113.7, for="[2001:db8:ffff::1]"' }, both, '203.0.113.7'],
    ['outlives a quote that a stranger left open', { forwarded: 'for="1.2.3.4, for=203.0.113.7' }, local, '203.0.113.7'],
    ['is the proxy’s where Forwarded hides it', { forwarded: 'for=_hidden' }, local, '127.0.0.1'],
    [
      'is the proxy’s where its two headers differ: one of them is a stranger’s',
      { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=1.2.3.4' },
      local,
      '127.0.0.1',
    ],
    [
      'is what both headers say',
      { 'x-forwarded-for': '1.2.3.4, 203.0.113.7', forwarded: 'for=203.0.113.7' },
      local,
      '203.0.113.7',
    ],
    ['is looked for only so far', { 'x-forwarded-for': `203.0.113.7${', 10.0.0.1'.repeat(1000)}` }, both, '10.0.0.1'],
  ])('%s', async (_what, headers, ranges, address) => {
    expect(await addressFor(headers, ranges)).toBe(address)
  })
})

describe('behind a trusted proxy', () => {
  let server: TestServer
  beforeAll(async () => (server = await startTestServer({ trustedProxies: proxies('127.0.0.1') })))
  afterAll(() => server.stop())

  const from = (address: string) => ({ 'x-forwarded-for': `127.0.0.1, ${address}` })

  test('nobody counts as a caller on this machine, whatever the proxy leaves out', async () => {
    expect((await server.send('/api/v1/setup')).json).toEqual({ needed: true, tokenNeeded: true })
    expect((await server.send('/metrics')).status).toBe(401)
    expect((await server.send('/metrics', { headers: from('127.0.0.1') })).status).toBe(401)
  })

  test('the inbox and the audit log name the caller', async () => {
    const headers = { ...(await server.makeKey(['build'])), ...from('203.0.113.7') }
    const document = { nodes: [{ id: 'trigger', type: 'webhook', params: { path: 'proxied' } }], edges: [] }
    const { json } = await server.send('/api/v1/flows', { method: 'POST', headers, body: { document } })
    await server.send('/hooks/proxied', { method: 'POST', headers: from('2001:db8::5'), body: {} })
    const list = await server.send(`/api/v1/flows/${String(json['id'])}/requests`, { headers })
    expect(list.json).toMatchObject({ items: [{ remote: '2001:db8::5' }] })
    const { rows } = await server.database.pool.query("select address from app.audit_log where action = 'flow.created'")
    expect(rows).toEqual([{ address: '203.0.113.7' }])
  })

  test('one who guesses passwords locks out nobody at another address', async () => {
    const guess = (address: string) =>
      server.send('/api/v1/login', {
        method: 'POST',
        headers: from(address),
        body: { email: 'ann@example.com', password: 'wrong wrong wrong' },
      })
    for (let count = 0; count < 10; count++) expect((await guess('203.0.113.7')).status).toBe(401)
    expect((await guess('203.0.113.7')).status).toBe(429)
    expect((await guess('203.0.113.8')).status).toBe(401)
  })
})

test.each<[string, { [name: string]: string }]>([
  ['that says where it got the request', { 'x-real-ip': '203.0.113.7' }],
  ['that says it is there', { via: '1.1 proxy' }],
  ['that says only how it was called', { 'x-forwarded-proto': 'https' }],
])('a caller through a proxy nobody told us of, %s, is none on this machine', async (_how, headers) => {
  const server = await startTestServer()
  expect((await server.send('/metrics', { headers })).status).toBe(401)
  expect((await server.send('/api/v1/setup', { headers })).json).toEqual({ needed: true, tokenNeeded: true })
  expect((await server.send('/metrics')).status).toBe(200)
  await server.stop()
})
