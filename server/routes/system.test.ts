import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

test('an admin sees what the instance is made of, what protects it, and its limits', async () => {
  const { status, json } = await server.send('/api/v1/system', { headers: await server.signIn('admin') })
  expect(status).toBe(200)
  expect(json).toMatchObject({
    version: '0.0.0-test',
    node: process.version,
    role: 'all',
    database: expect.stringMatching(/^\d+/),
    limits: { outputBytes: 10 * 1024 ** 2, code: { cpuMs: 5000, memoryMb: 128, calls: 1000, callsInFlight: 50, logLines: 1000 } },
    egress: { privateRanges: ['127.0.0.0/8'], redirects: 5 },
  })
})

test('every layer is there once, in place or missing, and says in words what that means', async () => {
  const { json } = await server.send('/api/v1/system', { headers: await server.signIn('owner') })
  const { layers, missing, explained } = json['sandbox'] as {
    layers: string[]
    missing: string[]
    explained: { name: string; isActive: boolean; means: string }[]
  }
  expect(layers).toEqual(expect.arrayContaining(['isolate per attempt', 'process without environment', 'file permissions']))
  expect([...layers, ...missing].toSorted()).toEqual([
    'file permissions',
    'isolate per attempt',
    'no network',
    'no new privileges',
    'own process list',
    'process without environment',
    'resource limits',
    'unprivileged user',
  ])
  expect(explained.map(({ name, isActive }) => [name, isActive])).toEqual([
    ...layers.map((name) => [name, true]),
    ...missing.map((name) => [name, false]),
  ])
  for (const { means } of explained) expect(means).toMatch(/\w.*\.$/)
})

test('it tells no secret and no path of this machine', async () => {
  const { text } = await server.send('/api/v1/system', { headers: await server.signIn('admin') })
  expect(text).not.toMatch(/postgres:\/\/|hf_|hfs_|\/home|\/usr|\/work|\/tmp|password/i)
})
