import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { publishFlow } from '../testing/flows.ts'
import { rawConnection, type RawConnection } from '../testing/raw-connection.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }
let flowId: string
const open: RawConnection[] = []

beforeAll(async () => {
  server = await startTestServer({ requestTimeoutMs: 2000, maxBodyBytes: 64 * 1024 })
  headers = await server.makeKey(['build', 'admin'])
  await server.send('/api/v1/secrets', { method: 'POST', headers, body: { name: 'hook', value: 'a secret' } })
  flowId = await publish('webhook', { path: 'orders' })
  await publish('webhook', { path: 'signed', verify: { preset: 'github', secret: 'hook' } })
  await publish('webhook', { path: 'held', respond: 'whenFinished' }, { id: 'wait', type: 'delay', params: { for: '1h' } })
  await publish('form', { path: 'ask', fields: [{ id: 'name', type: 'text', label: 'Name' }] })
})
afterAll(async () => {
  for (const { socket } of open) socket.destroy()
  await server.stop()
})

async function publish(type: string, params: object, next?: { id: string; type: string; params: object }): Promise<string> {
  const nodes = [{ id: 'trigger', type, params }, ...(next === undefined ? [] : [next])]
  const edges = next === undefined ? [] : [{ source: 'trigger', target: next.id }]
  const made = await server.send('/api/v1/flows', { method: 'POST', headers, body: { document: { nodes, edges } } })
  const id = String(made.json['id'])
  expect((await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })).json).toMatchObject({ version: 1 })
  return id
}

function say(...lines: string[]): RawConnection {
  const connection = rawConnection(server.url, lines.join('\r\n'))
  open.push(connection)
  return connection
}

/** Goes on sending the same, a little at a time, until the connection is gone. */
function drip(connection: RawConnection, text: string, everyMs = 20): void {
  const timer = setInterval(() => connection.socket.write(text), everyMs)
  connection.socket.once('close', () => clearInterval(timer))
}

/** Cancels what holds callers, who are answered then. */
async function endHeld(): Promise<void> {
  await waitFor('a run that holds its caller', async () => {
    const { json: list } = await server.send('/api/v1/runs?status=waiting', { headers })
    const runs = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(list).items
    for (const { id } of runs) await server.send(`/api/v1/runs/${id}/cancel`, { method: 'POST', headers, body: {} })
    return runs.length > 0
  })
}

const json = 'Content-Type: application/json'

describe('a request that does not arrive whole in time is cut off', () => {
  test('when nothing comes at all', async () => {
    expect(await say().answer()).toContain('"code":"request_timeout"')
  })

  test('when its headers come one by one', async () => {
    const connection = say('POST /hooks/orders HTTP/1.1', 'Host: x', '')
    drip(connection, 'X-More: 1\r\n')
    const answer = await connection.answer()
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(answer).toContain('application/problem+json')
    expect(answer).toContain('"code":"request_timeout"')
  })

  test.each([
    ['byte by byte', 'Content-Length: 60000', ' '],
    ['chunk by chunk', 'Transfer-Encoding: chunked', '1\r\n \r\n'],
    ['in chunks that are never filled', 'Transfer-Encoding: chunked', ''],
  ])('when its body comes %s, and leads to nothing', async (_how, length, more) => {
    const connection = say('POST /hooks/orders HTTP/1.1', 'Host: x', json, length, '', more === '' ? 'ffff\r\n{' : '')
    if (more !== '') drip(connection, more)
    const answer = await connection.answer()
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
    expect(answer).toContain('"code":"request_timeout"')
    const list = await server.send(`/api/v1/flows/${flowId}/requests`, { headers })
    expect(list.json['items']).toEqual([])
  })

  test('when it is completed after it was told so, and leads to nothing then', async () => {
    const connection = say('POST /hooks/orders HTTP/1.1', 'Host: x', json, 'Content-Length: 2', '', '{')
    expect(await connection.answer('request_timeout"')).toContain('408')
    connection.socket.write('}GET /hooks/orders HTTP/1.1\r\nHost: x\r\n\r\n')
    connection.socket.end()
    expect((await connection.answer()).match(/HTTP\/1\.1/g)).toHaveLength(1)
    const list = await server.send(`/api/v1/flows/${flowId}/requests`, { headers })
    expect(list.json['items']).toEqual([])
  })

  test('when it is compressed', async () => {
    const half = gzipSync(Buffer.alloc(1000, 'x')).subarray(0, 12)
    const connection = say('POST /hooks/orders HTTP/1.1', 'Host: x', 'Content-Encoding: gzip', 'Content-Length: 900', '', '')
    connection.socket.write(half)
    expect(await connection.answer()).toContain('"code":"request_timeout"')
  })

  test('when a form is sent, with a page that says so', async () => {
    const connection = say(
      'POST /forms/ask HTTP/1.1',
      'Host: x',
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Length: 90',
      '',
      'na',
    )
    const answer = await connection.answer()
    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*text\/html[^]*did not arrive in time/)
  })

  test('when it is the second on its connection', async () => {
    const connection = say('POST /hooks/orders HTTP/1.1', 'Host: x', 'Content-Length: 0', '', '')
    await connection.answer('runId')
    connection.socket.write('POST /hooks/orders HTTP/1.1\r\n')
    expect(await connection.answer()).toMatch(/^HTTP\/1\.1 202 [^]*HTTP\/1\.1 408 /)
  })

  test('after what was asked before it is answered, so that no answer is taken for another', async () => {
    const second = ['POST /hooks/orders HTTP/1.1', 'Host: x', json, '']
    const connection = say('GET /hooks/held HTTP/1.1', 'Host: x', '', ...second)
    // Two more, cut off one after the other, show that its time was over too.
    await say('GET /').answer()
    await say('GET /').answer()
    connection.socket.write('\r\nGET /hooks/orders HTTP/1.1\r\nHost: x\r\n\r\n')
    await endHeld()
    const answer = await connection.answer()
    expect(answer).toMatch(/^HTTP\/1\.1 500 [^]*HTTP\/1\.1 408 [^]*"code":"request_timeout"/)
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(2)
  })

  test('also when nobody had come to read it yet', async () => {
    await publish('webhook', { path: 'unseen' })
    const client = await server.database.pool.connect()
    try {
      await client.query('begin')
      await client.query('lock table app.endpoints')
      const connection = say('POST /hooks/unseen HTTP/1.1', 'Host: x', json, 'Content-Length: 2', '', '{')
      await say('GET /').answer()
      await say('GET /').answer()
      await client.query('rollback')
      expect(await connection.answer()).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/)
    } finally {
      client.release()
    }
  })
})

test.each([
  ['is no HTTP at all', 'nonsense\r\n\r\n', 400],
  [
    'has a body that is no such thing',
    `POST /hooks/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size`,
    400,
  ],
])('a request sent ahead keeps its answer when the one after it %s', async (_what, second, status) => {
  const connection = say('GET /hooks/held HTTP/1.1', 'Host: x', '', second)
  // A whole exchange on another connection: the second has been refused by then.
  await say('nonsense', '', '').answer()
  await endHeld()
  const answer = await connection.answer()
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 500 [^]*HTTP/1\\.1 ${status} `))
  expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(2)
})

test('a connection on which hundreds of requests are sent ahead of their answers is cut', async () => {
  const request = 'GET /hooks/held HTTP/1.1\r\nHost: x\r\n\r\n'
  expect(await say(request.repeat(300)).answer()).toBe('')
  const few = say('GET /hooks/nothing HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50))
  const answers = () => few.answer().then((text) => text.match(/HTTP\/1\.1 404 /g)?.length)
  few.socket.write('GET /hooks/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect(await answers()).toBe(51)
})

test('a request that arrived in time may be answered later than that', async () => {
  const held = say('GET /hooks/held HTTP/1.1', 'Host: x', '', '')
  // Another one that is cut off meanwhile shows that the time was over.
  await say('GET /').answer()
  await say('GET /').answer()
  expect(held.socket.destroyed).toBe(false)
})

test('large requests that stand still give way to those that come in', async () => {
  const roomy = await startTestServer({ maxBodyBytes: 1024 ** 2, listening: { maxBytesAtOnce: 2 * 1024 ** 2 } })
  const { url } = await publishFlow(roomy, await roomy.makeKey(['build']), {
    nodes: [{ id: 'trigger', type: 'webhook' }],
    edges: [],
  })
  const send = async (path: string) => {
    const key = { ...(await roomy.makeKey(['build'])), 'content-type': 'application/json' }
    return roomy.send(path, { method: 'POST', headers: key, body: `{"name":"x"${' '.repeat(900_000)}}` })
  }
  const stalled = Array.from({ length: 6 }, () => {
    const head = [`POST ${url} HTTP/1.1`, 'Host: x', 'Content-Length: 900001', '', ' '.repeat(900_000)].join('\r\n')
    const connection = rawConnection(roomy.url, head)
    open.push(connection)
    return connection.answer('not_ready"')
  })
  // The first to be told so shows that there was no room; whatever comes whole goes through.
  expect(await Promise.any(stalled)).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: \d+[^]*"code":"not_ready"/i)
  expect((await send('/api/v1/flows')).status).toBe(201)
  await roomy.stop()
})

describe('a refusal reaches who goes on sending, and the connection ends with it', () => {
  const endless = 'x'.repeat(64 * 1024)
  const cases: [string, string[], number, string][] = [
    ['too much is announced', ['POST /hooks/orders HTTP/1.1', 'Content-Length: 9999999999'], 413, 'too_large'],
    ['too much is sent', ['POST /hooks/orders HTTP/1.1', 'Transfer-Encoding: chunked'], 413, 'too_large'],
    ['nothing is there', ['POST /hooks/nothing HTTP/1.1', 'Content-Length: 9999999999'], 404, 'not_found'],
    ['nothing is there, without end', ['POST /hooks/nothing HTTP/1.1', 'Transfer-Encoding: chunked'], 404, 'not_found'],
    ['nobody is known', ['POST /api/v1/flows HTTP/1.1', 'Content-Length: 60000'], 401, 'unauthenticated'],
    ['nobody is known, without end', ['POST /api/v1/flows HTTP/1.1', 'Transfer-Encoding: chunked'], 401, 'unauthenticated'],
    [
      'it is packed in a way nobody knows',
      ['POST /hooks/orders HTTP/1.1', 'Content-Encoding: rar', 'Transfer-Encoding: chunked'],
      415,
      'unsupported_media_type',
    ],
    ['a form is too large', ['POST /forms/ask HTTP/1.1', 'Content-Length: 9999999999'], 413, 'larger than'],
    ['nobody vouches for it', ['POST /hooks/signed HTTP/1.1', 'Transfer-Encoding: chunked'], 401, 'invalid_signature'],
    ['it is no HTTP', ['POST /hooks/orders HTTP/1.1', 'Bad header: x\x01'], 400, 'malformed_request'],
  ]
  test.each(cases)('when %s', async (_when, [line = '', ...more], status, code) => {
    const connection = say(line, 'Host: x', 'Connection: keep-alive', ...more, '', '')
    const chunk = more.includes('Transfer-Encoding: chunked') ? `10000\r\n${endless}\r\n` : endless
    const isBrief = more.includes('Content-Length: 60000')
    if (isBrief) connection.socket.write(endless.slice(0, 30_000))
    else drip(connection, chunk, 1)
    // The answer is whole although the sender never stopped.
    const answer = await connection.answer(isBrief ? '}' : undefined)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain(code)
    expect(answer).toMatch(/}$|<\/html>\s*$/)
    if (!isBrief) expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  })

  test('when its type is wrong, before any of it is read', async () => {
    const connection = say(
      'POST /api/v1/flows HTTP/1.1',
      'Host: x',
      `Authorization: ${headers['authorization']}`,
      'Content-Type: text/plain',
      'Content-Length: 9999999999',
      '',
      '',
    )
    expect(await connection.answer()).toMatch(/^HTTP\/1\.1 415 [^]*unsupported_media_type/)
  })

  test('when the caller said that it would be the last', async () => {
    const connection = say('POST /hooks/nothing HTTP/1.1', 'Host: x', 'Connection: close', 'Content-Length: 500000', '', '')
    drip(connection, endless, 1)
    expect(await connection.answer()).toMatch(/^HTTP\/1\.1 404 [^]*"code":"not_found"[^]*}$/)
  })
})
