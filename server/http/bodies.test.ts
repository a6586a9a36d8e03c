import { connect } from 'node:net'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SendOptions } from '../testing/send.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

const maxBodyBytes = 64 * 1024
let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer({ maxBodyBytes })
  headers = { ...(await server.makeKey(['build'])), 'content-type': 'application/json' }
})
afterAll(() => server.stop())

function post(body: string | Uint8Array, more: SendOptions['headers'] = {}) {
  return server.send('/api/v1/flows', { method: 'POST', headers: { ...headers, ...more }, body })
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('a body is refused, clearly and with nothing kept, when it', () => {
  test.each<[string, string | Uint8Array, { [name: string]: string }, number, string]>([
    ['is cut off', '{"name":"Ha', {}, 400, 'invalid_json'],
    ['is no JSON', 'name=x', {}, 400, 'invalid_json'],
    ['is not UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'invalid_encoding'],
    ['hides a character in too many bytes', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), {}, 400, 'invalid_encoding'],
    ['is nested 201 deep', `{"document":${nested(200)}}`, {}, 400, 'too_deep'],
    ['is nested very deep and never closed', '['.repeat(60_000), {}, 400, 'too_deep'],
    ['is too large', `{"name":"${'x'.repeat(maxBodyBytes)}"}`, {}, 413, 'too_large'],
    [
      'is small but unpacks to something too large',
      gzipSync(Buffer.alloc(maxBodyBytes * 1000, ' ')),
      { 'content-encoding': 'gzip' },
      413,
      'too_large',
    ],
    [
      'is a bomb in brotli',
      brotliCompressSync(Buffer.alloc(maxBodyBytes * 100, ' ')),
      { 'content-encoding': 'br' },
      413,
      'too_large',
    ],
    ['is a damaged archive', gzipSync('{"name":"x"}').subarray(0, 20), { 'content-encoding': 'gzip' }, 400, 'invalid_encoding'],
    ['is packed in a way nobody knows', '{}', { 'content-encoding': 'compress' }, 415, 'unsupported_media_type'],
    ['is of another type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['has a __proto__ key', '{"name":"x","document":{"__proto__":{"admin":true}}}', {}, 422, 'invalid_request'],
    ['has a __proto__ key in disguise', '{"name":"x","document":{"nodes":[{"\\u005f_proto__":1}]}}', {}, 422, 'invalid_request'],
    ['has a document that is none', '{"document":{"nodes":{}}}', {}, 422, 'invalid_document'],
    ['has a document of a newer format', '{"document":{"schema":2}}', {}, 422, 'invalid_document'],
    [
      'has an edge to a name that can’t be one',
      '{"document":{"edges":[{"source":"a","target":"constructor"}]}}',
      {},
      422,
      'invalid_document',
    ],
  ])('%s', async (_how, body, more, status, code) => {
    const sent = await post(body, more)
    expect(sent.json).toMatchObject({ status, code, type: 'about:blank', title: expect.any(String), detail: expect.any(String) })
    expect(sent.status).toBe(status)
    expect(sent.headers['content-type']).toBe('application/problem+json')
    expect(sent.json['requestId']).toBe(sent.headers['request-id'])
    const list = await server.send('/api/v1/flows', { headers })
    expect(list.json['items']).toEqual([])
  })

  test('goes beyond a limit, which is named', async () => {
    const query = { headers, method: 'GET' }
    const details = [
      (await post(nested(201))).json['detail'],
      (await post(' '.repeat(maxBodyBytes + 1))).json['detail'],
      (await server.send(`/api/v1/flows?q=${'x'.repeat(8 * 1024)}`, query)).json['detail'],
    ]
    expect(details).toEqual([
      expect.stringContaining('HOLDFAST_LIMIT_JSON_DEPTH'),
      expect.stringContaining('HOLDFAST_MAX_BODY'),
      expect.stringContaining('HOLDFAST_LIMIT_URL'),
    ])
  })

  test('takes longer than it may', async () => {
    // A server of its own: all that others are asked may take its time.
    const hasty = await startTestServer({ requestTimeoutMs: 300 })
    const { authorization } = await hasty.makeKey(['build'])
    const { port } = new URL(hasty.url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `POST /api/v1/flows HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":`,
        )
      })
      let text = ''
      socket.on('data', (chunk) => (text += chunk.toString()))
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
    })
    expect(answer).toContain('HTTP/1.1 408')
    expect(answer).toContain('"code":"request_timeout"')
    await hasty.stop()
  })

  test('is refused before its end, and leaves its connection to the next request', async () => {
    // Large enough for the rest of the bomb to be waiting in the connection when the limit is reached.
    const roomy = await startTestServer({ maxBodyBytes: 4 * 1024 ** 2 })
    const { authorization } = await roomy.makeKey(['build'])
    const bomb = gzipSync(Buffer.alloc(500 * 1024 ** 2, ' '))
    const head = (length: number, more = '') =>
      `POST /api/v1/flows HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`
    const socket = connect(Number(new URL(roomy.url).port), '127.0.0.1')
    socket.write(Buffer.concat([Buffer.from(head(bomb.length, 'Content-Encoding: gzip\r\n')), bomb]))
    socket.write(`${head(8)}{"name":`)
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      if (text.includes('invalid_json')) break
    }
    expect(text).toMatch(/"code":"too_large"[^]*"code":"invalid_json"/)
    await roomy.stop()
  })

  test('does not name its own place wrongly: errors say where', async () => {
    const sent = await post('{"document":{"nodes":[{"id":"1a","type":"set"}]}}')
    expect(sent.json).toMatchObject({ code: 'invalid_document', errors: [{ path: 'nodes.0.id', message: expect.any(String) }] })
  })
})

describe('a body is read when it', () => {
  test.each<[string, string | Uint8Array, { [name: string]: string }]>([
    ['is packed with gzip', gzipSync('{"name":"x"}'), { 'content-encoding': 'gzip' }],
    ['is packed with brotli', brotliCompressSync('{"name":"x"}'), { 'content-encoding': 'br' }],
    ['is packed with zstd', zstdCompressSync('{"name":"x"}'), { 'content-encoding': 'zstd' }],
    ['begins with a byte order mark', '\uFEFF{"name":"x"}', {}],
    ['says its character set', '{"name":"x"}', { 'content-type': 'application/json; charset=utf-8' }],
    [
      'is nested as deep as allowed',
      `{"name":"x","document":{"nodes":[{"id":"a","type":"set","params":{"v":${nested(195)}}}]}}`,
      {},
    ],
  ])('%s', async (_how, body, more) => {
    const sent = await post(body, more)
    expect(sent.status).toBe(201)
    expect(sent.json).toMatchObject({ name: 'x' })
  })
})

describe('addresses', () => {
  test('that don’t exist are 404, with the wrong method 405', async () => {
    expect((await server.send('/api/v1/nothing', { headers })).status).toBe(404)
    const sent = await server.send('/api/v1/flows', { method: 'DELETE', headers })
    expect(sent.status).toBe(405)
    expect(sent.headers['allow']).toBe('GET, POST')
    expect(sent.json).toMatchObject({ code: 'method_not_allowed' })
  })

  test('with a broken escape are a 400, with a NUL a 422', async () => {
    expect((await server.send('/api/v1/flows/%zz', { headers })).status).toBe(400)
    const sent = await server.send('/api/v1/flows?q=%00', { headers })
    expect(sent.json).toMatchObject({ status: 422, code: 'invalid_request' })
  })

  test('take no list where one value belongs', async () => {
    expect((await server.send('/api/v1/flows?q=a&q=b', { headers })).status).toBe(422)
    expect((await server.send('/api/v1/flows?limit=1000', { headers })).status).toBe(422)
  })
})

test('every answer forbids what it does not need', async () => {
  const sent = await server.send('/api/v1/flows', { headers })
  expect(sent.headers).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  expect(sent.headers['x-powered-by']).toBeUndefined()
  expect(sent.headers['access-control-allow-origin']).toBeUndefined()
})
