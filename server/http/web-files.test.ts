import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let folder: string
let server: TestServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-web-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Holdfast</title>')
  await writeFile(join(folder, 'assets', 'main-abc123.js'), 'console.log(1)\n'.repeat(1000))
  server = await startTestServer({ webFolder: folder })
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

test.each(['/', '/flows', '/flows/flow_1/runs/run_2', '/setup?token=x'])('%s is the page', async (path) => {
  const sent = await server.send(path, { headers: { accept: 'text/html,*/*' } })
  expect(sent.status).toBe(200)
  expect(sent.text).toContain('<title>Holdfast</title>')
  expect(sent.headers['cache-control']).toBe('no-cache')
  expect(sent.headers['content-security-policy']).toContain("script-src 'self';")
  expect(sent.headers['content-security-policy']).toContain("frame-ancestors 'none'")
})

test('files named for their content are kept for ever, and sent compressed', async () => {
  const plain = await server.send('/assets/main-abc123.js')
  expect(plain.headers['cache-control']).toContain('immutable')
  for (const encoding of ['br', 'gzip']) {
    const sent = await server.send('/assets/main-abc123.js', { headers: { 'accept-encoding': encoding } })
    expect(sent.headers['content-encoding']).toBe(encoding)
    expect(Number(sent.headers['content-length'])).toBeLessThan(plain.text.length / 10)
  }
})

test('what a browser has already is not sent again', async () => {
  const first = await server.send('/')
  const again = await server.send('/', { headers: { 'if-none-match': String(first.headers['etag']) } })
  expect(again.status).toBe(304)
  expect(again.text).toBe('')
})

test.each([
  '/assets/missing.js',
  '/../package.json',
  '/%2e%2e/package.json',
  '/favicon.ico',
  '/api/v1/nothing',
  '/hooks',
  '/files/x',
])('%s is not the page', async (path) => {
  const sent = await server.send(path, { headers: { accept: 'text/html' } })
  expect(sent.status).toBe(404)
})
