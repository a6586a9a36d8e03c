import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createEgress } from './create-egress.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${portFrom(server)}`
}

function portFrom(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}

const portOf = (base: string) => new URL(base).port
const loopback = createEgress({ allowPrivate: ['127.0.0.0/8'] })
const strict = createEgress({ allowPrivate: [] })
const get = (url: string) => ({ url, method: 'GET', headers: [] })
const text = (body: Uint8Array) => Buffer.from(body).toString()

test('a call sends method, headers and body, and gives status, headers and body back', async () => {
  let seen: IncomingMessage | undefined
  const base = await serve((request, response) => {
    seen = request
    request.pipe(response.writeHead(201, 'Made', { 'x-reply': 'yes', 'set-cookie': ['a=1', 'b=2'] }))
  })
  const answer = await loopback({ url: `${base}/things?a=1`, method: 'post', headers: [['X-Mine', 'ü']], body: 'hällo' })
  expect({ ...answer, headers: undefined, body: text(answer.body) }).toEqual({
    url: `${base}/things?a=1`,
    status: 201,
    statusText: 'Made',
    headers: undefined,
    body: 'hällo',
    redirected: false,
  })
  expect(answer.headers).toContainEqual(['set-cookie', 'b=2'])
  expect(seen).toMatchObject({ method: 'POST', url: '/things?a=1', headers: { 'x-mine': 'ü', host: new URL(base).host } })
})

describe('what must not be called', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://①②⑦.0.0.1/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://0/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.0.1/',
    'http://169.254.169.254/',
    'http://100.64.0.1/',
    'http://100.100.100.200/',
    'http://192.0.0.8/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://240.0.0.1/',
    'http://168.63.129.16/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[3fff::1]/',
    'http://[2606:4700::5efe:7f00:1]/',
    'http://[100::1]/',
    'http://metadata.google.internal/',
    'http://metadata/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'gopher://127.0.0.1/',
  ])('%s', async (url) => {
    await expect(strict(get(url))).rejects.toMatchObject({ code: 'egress_denied' })
  })

  test('a name of which one address is private, even when the first is public', async () => {
    const egress = createEgress({ allowPrivate: [], lookup: async () => ['93.184.216.34', '10.0.0.1'] })
    await expect(egress(get('http://two-faced.example/'))).rejects.toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining('two-faced.example'),
    })
  })

  test('a name that answers differently the second time is resolved only once, and that address is dialled', async () => {
    const base = await serve((_, response) => response.end('inside'))
    const answers = [['127.0.0.1'], ['127.0.0.2']]
    const asked: string[] = []
    const lookup = async (name: string) => {
      asked.push(name)
      return answers.shift() ?? []
    }
    const egress = createEgress({ allowPrivate: ['127.0.0.1/32'], lookup })
    expect(text((await egress(get(`http://rebinding.example:${portOf(base)}/`))).body)).toBe('inside')
    expect(asked).toEqual(['rebinding.example'])
    await expect(
      createEgress({ allowPrivate: ['127.0.0.1/32'], lookup })(get(`http://rebinding.example:${portOf(base)}/`)),
    ).rejects.toMatchObject({ code: 'egress_denied' })
  })

  test('a redirect to a private address', async () => {
    const inside = await serve((_, response) => response.end('secret'))
    const target = `http://127.0.0.1:${portOf(inside)}/`
    // The first host is reached through a name whose address is allowed; the redirect's is not.
    const egress = createEgress({ allowPrivate: ['127.0.0.9/32'], lookup: async () => ['127.0.0.9'] })
    const server = createServer((_, response) => response.writeHead(302, { location: target }).end()).listen(0, '127.0.0.9')
    await once(server, 'listening')
    closers.push(() => server.close())
    await expect(egress(get(`http://public.example:${portFrom(server)}/`))).rejects.toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining('127.0.0.1'),
    })
  })

  test('a redirect to something that is not the web', async () => {
    const base = await serve((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end())
    await expect(loopback(get(base))).rejects.toMatchObject({ code: 'egress_denied' })
  })

  test.each([
    ['an incomplete URL', { url: '/things', method: 'GET', headers: [] }],
    ['a tunnel', { url: 'http://127.0.0.1/', method: 'CONNECT', headers: [] }],
    [
      'a header that splits the request',
      { url: 'http://127.0.0.1/', method: 'GET', headers: [['a', 'b\r\nc: d']] as [string, string][] },
    ],
  ])('%s', async (_, request) => {
    await expect(loopback(request)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('redirects', () => {
  test('up to five are followed, and a sixth is an error', async () => {
    const base = await serve((request, response) => {
      const left = Number(request.url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    expect(await loopback(get(`${base}/5`))).toMatchObject({ status: 200, url: `${base}/0`, redirected: true })
    await expect(loopback(get(`${base}/6`))).rejects.toMatchObject({ code: 'network_error', retryable: false })
    expect(await loopback({ ...get(`${base}/6`), followRedirects: false })).toMatchObject({ status: 302, redirected: false })
  })

  test('credentials stay with the host they were meant for', async () => {
    const seen: IncomingMessage['headers'][] = []
    const other = await serve((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const base = await serve((request, response) => {
      seen.push(request.headers)
      response.writeHead(307, { location: request.url === '/home' ? '/away' : other }).end()
    })
    const headers: [string, string][] = [
      ['Authorization', 'Bearer x'],
      ['Cookie', 'a=1'],
      ['X-Api-Key', 'k'],
      ['Idempotency-Key', 'i'],
    ]
    await loopback({ url: `${base}/home`, method: 'POST', headers, body: 'b' })
    const mine = { authorization: 'Bearer x', cookie: 'a=1', 'x-api-key': 'k', 'idempotency-key': 'i' }
    expect(seen[0]).toMatchObject(mine)
    expect(seen[1]).toMatchObject(mine)
    expect(seen[2]).toMatchObject({ 'idempotency-key': 'i' })
    expect(Object.keys(seen[2] ?? {})).not.toEqual(expect.arrayContaining(['authorization']))
    expect(seen[2]).not.toHaveProperty('cookie')
    expect(seen[2]).not.toHaveProperty('x-api-key')
  })

  test('after a POST a 303 is fetched with GET and without the body', async () => {
    const seen: string[] = []
    const base = await serve((request, response) => {
      seen.push(`${request.method} ${request.headers['content-type']}`)
      if (request.method === 'POST') response.writeHead(303, { location: '/' }).end()
      else response.end()
    })
    await loopback({ url: base, method: 'POST', headers: [['content-type', 'text/plain']], body: 'b' })
    expect(seen).toEqual(['POST text/plain', 'GET undefined'])
  })
})

describe('answers', () => {
  test('packed bodies arrive unpacked', async () => {
    const base = await serve((request, response) =>
      request.url === '/gzip'
        ? response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'))
        : response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('hello')),
    )
    expect(text((await loopback(get(`${base}/gzip`))).body)).toBe('hello')
    expect(text((await loopback(get(`${base}/br`))).body)).toBe('hello')
  })

  test('a bomb of packed zeros stops at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const base = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    await expect(loopback(get(base))).rejects.toMatchObject({ code: 'too_large' })
  })

  test('more layers of packing than anyone means are refused', async () => {
    const base = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip, gzip, gzip' }).end(gzipSync('x')),
    )
    await expect(loopback(get(base))).rejects.toMatchObject({ code: 'network_error' })
  })

  test('a body over the limit is too large', async () => {
    const base = await serve((_, response) => response.end(Buffer.alloc(2000)))
    await expect(loopback({ ...get(base), maxBytes: 1999 })).rejects.toMatchObject({ code: 'too_large' })
    expect((await loopback({ ...get(base), maxBytes: 2000 })).body.byteLength).toBe(2000)
  })

  test('a body that breaks off is a network error', async () => {
    const base = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half')
      response.destroy()
    })
    await expect(loopback(get(base))).rejects.toMatchObject({ code: 'network_error' })
  })
})

describe('time', () => {
  test('a server that never answers is a timeout', async () => {
    const base = await serve(() => undefined)
    const egress = createEgress({ allowPrivate: ['127.0.0.0/8'], idleMs: 50 })
    await expect(egress(get(base))).rejects.toMatchObject({ code: 'timeout' })
  })

  test('the signal stops a call, and its reason is the error', async () => {
    let isAsked = false
    const base = await serve(() => {
      isAsked = true
    })
    const controller = new AbortController()
    const call = loopback({ ...get(base), signal: controller.signal })
    const settled = expect(call).rejects.toMatchObject({ code: 'cancelled' })
    await expect.poll(() => isAsked).toBe(true)
    controller.abort()
    await settled
    await expect(loopback({ ...get(base), signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'timeout' })
  })
})

test('a name that does not exist is named in the error', async () => {
  await expect(strict(get('http://does-not-exist.invalid/'))).rejects.toMatchObject({
    code: 'network_error',
    message: expect.stringContaining('does-not-exist.invalid'),
  })
})

test('where nothing listens, the error says so in words and keeps the code for developers', async () => {
  await expect(loopback(get('http://127.0.0.1:1/'))).rejects.toMatchObject({
    code: 'network_error',
    message: 'Nothing answers at 127.0.0.1:1.',
    facts: { details: { code: 'ECONNREFUSED' } },
  })
})

test('localhost reaches the family that is allowed', async () => {
  const base = await serve((_, response) => response.end('here'))
  expect(text((await loopback(get(`http://localhost:${portOf(base)}/`))).body)).toBe('here')
})

test('a second address is tried when the first does not answer', async () => {
  const base = await serve((_, response) => response.end('second'))
  const egress = createEgress({ allowPrivate: ['127.0.0.0/8'], lookup: async () => ['127.0.0.77', '127.0.0.1'] })
  expect(text((await egress(get(`http://pair.example:${portOf(base)}/`))).body)).toBe('second')
})

test('what answers in no known protocol is a network error', async () => {
  const server = createTcpServer((socket) => socket.end('hello, this is not HTTP\r\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  await expect(loopback(get(`http://127.0.0.1:${portFrom(server)}/`))).rejects.toMatchObject({
    code: 'network_error',
    message: `What answers at 127.0.0.1:${portFrom(server)} is not a web server.`,
  })
})
