import type { ServerResponse } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isAppError } from '#shared/errors.ts'
import type { AppError } from '#shared/errors.ts'
import { callAction } from '../testing/call-action.ts'
import { startStubServer } from '../testing/stub-server.ts'
import type { SeenRequest } from '../testing/stub-server.ts'

const ok = (_request: SeenRequest, response: ServerResponse) => void response.end('fine')
const json = (text: string) => (_request: SeenRequest, response: ServerResponse) =>
  void response.setHeader('Content-Type', 'application/json; charset=utf-8').end(text)

async function stub(answer: (request: SeenRequest, response: ServerResponse) => void) {
  const server = await startStubServer(answer)
  onTestFinished(() => server.close())
  return server
}

const call = (input: object) => callAction('http.request', JSON.stringify(input))

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => expect.fail('It did not fail'),
    (thrown: unknown) => thrown,
  )
  return isAppError(error) ? error : expect.fail(`Not an error for people: ${String(error)}`)
}

describe('what is sent', () => {
  test('address parameters are added to those the address has; lists repeat, empty ones are left out', async () => {
    const server = await stub(ok)
    await call({ url: `${server.url}/orders?page=2`, query: { q: 'a&b ü', tag: ['x', 'y'], limit: 10, none: null } })
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/orders?page=2&q=a%26b+%C3%BC&tag=x&tag=y&limit=10', body: '' })
  })

  test('a body that was only passed on arrives to the letter', async () => {
    const server = await stub(ok)
    const body = '{"n": 12345678901234567890, "b":1, "a":1.10, "text":"\\u0000\\ud800"}'
    await callAction('http.request', `{"method":"POST","url":"${server.url}","body":${body}}`)
    expect(server.seen[0]?.body).toBe(body)
    expect(server.seen[0]?.headers['content-type']).toBe('application/json')
  })

  test('an object somebody wrote out as text is sent as that object, any other text as a text', async () => {
    const server = await stub(ok)
    await call({ method: 'POST', url: server.url, body: ' {"a": 1}' })
    await call({ method: 'POST', url: server.url, body: 'hello' })
    expect(server.seen.map((request) => request.body)).toEqual([' {"a": 1}', '"hello"'])
  })

  test('a web form, a form with parts, and plain text', async () => {
    const server = await stub(ok)
    const body = { name: 'Ada & Bob', tags: ['x', 'y'], age: 36, empty: null }
    await call({ method: 'POST', url: server.url, body, bodyType: 'form' })
    await call({ method: 'POST', url: server.url, body, bodyType: 'multipart' })
    await call({ method: 'POST', url: server.url, body: 'just text', bodyType: 'text' })

    const [form, multipart, text] = server.seen
    expect(form).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'name=Ada+%26+Bob&tags=x&tags=y&age=36',
    })
    const parts = await new Response(multipart?.body, {
      headers: { 'content-type': multipart?.headers['content-type'] ?? '' },
    }).formData()
    expect([...parts]).toEqual([['name', 'Ada & Bob'], ['tags', 'x'], ['tags', 'y'], ['age', '36']]) // prettier-ignore
    expect(text).toMatchObject({ headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'just text' })
  })

  test('calls that change something carry the step’s idempotency key, unless the flow sets its own', async () => {
    const server = await stub(ok)
    await call({ url: server.url })
    await call({ method: 'DELETE', url: server.url })
    await call({ method: 'POST', url: server.url, headers: { 'idempotency-KEY': 'mine' } })
    expect(server.seen.map((request) => request.headers['idempotency-key'])).toEqual([undefined, 'run_1:call', 'mine'])
  })

  test('the flow’s headers win over ours, whatever the case of their names', async () => {
    const server = await stub(ok)
    await call({
      method: 'POST',
      url: server.url,
      headers: { 'CONTENT-type': 'application/vnd.api+json', 'User-Agent': 'mine', 'X-Count': 3 },
      body: {},
    })
    expect(server.seen[0]?.headers).toMatchObject({
      'content-type': 'application/vnd.api+json',
      'user-agent': 'mine',
      'x-count': '3',
    })
  })

  test.each([
    [{ url: 'example' }, /whole web address/],
    [{ url: 'file:///etc/passwd' }, /only https:\/\/ and http:\/\//],
    [{ url: 'https://ada:secret@example.com' }, /Authorization header/],
    [{ url: 'https://example.com', headers: { 'a b': '1' } }, /"a b" can't be the name of a header/],
    [{ url: 'https://example.com', headers: { 'X-A': '1\r\nX-B: 2' } }, /line break/],
    [{ url: 'https://example.com', headers: { 'Content-Length': '3' } }, /Holdfast itself/],
    [{ url: 'https://example.com', body: 'a=b', bodyType: 'form' }, /needs names and values/],
    [{ url: 7 }, /"url"/],
    [{ url: 'https://example.com', auth: { kind: 'bearer', secret: 'token' } }, /"auth/],
  ])('%j is refused before anything is sent, and not tried again', async (input, message) => {
    const error = await failure(call(input))
    expect(error.message).toMatch(message)
    expect(error).toMatchObject({ code: 'invalid_input', retryable: false })
    expect(error.message).not.toContain('secret@')
  })
})

describe('what comes back', () => {
  test('a JSON body reaches the run to the letter', async () => {
    const body = '{"id": 12345678901234567890, "z":1, "a":[1.10]}'
    const server = await stub(json(body))
    const { text, output } = await call({ url: server.url })
    expect(text).toContain(`"body":${body}}`)
    expect(output).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } })
  })

  test('text in its own character set, nothing as nothing, and what is not JSON after all as text', async () => {
    const server = await stub((request, response) => {
      if (request.url === '/latin') response.setHeader('Content-Type', 'text/plain; charset=iso-8859-1').end(Buffer.from([0xfc]))
      else if (request.url === '/none') response.writeHead(204).end()
      else response.setHeader('Content-Type', 'application/json').end('<html>')
    })
    expect((await call({ url: `${server.url}/latin` })).output).toMatchObject({ body: 'ü' })
    expect((await call({ url: `${server.url}/none` })).output).toMatchObject({ status: 204, body: null })
    expect((await call({ url: server.url })).output).toMatchObject({ body: '<html>' })
    expect(await failure(call({ url: server.url, responseType: 'json' }))).toMatchObject({
      code: 'action_failed',
      facts: { status: 200 },
    })
  })

  test('cookies stay apart, other repeated headers are joined', async () => {
    const server = await stub((_request, response) => void response.writeHead(200, [['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2'], ['X-A', '1'], ['X-A', '2']].flat()).end()) // prettier-ignore
    expect((await call({ url: server.url })).output).toMatchObject({ headers: { 'set-cookie': ['a=1', 'b=2'], 'x-a': '1, 2' } })
  })

  test('JSON nested deeper than 200 levels is refused', async () => {
    const server = await stub(json('['.repeat(201) + ']'.repeat(201)))
    expect(await failure(call({ url: server.url }))).toMatchObject({ code: 'too_deep' })
  })

  test('a redirect is followed, or given as it is', async () => {
    const server = await stub((request, response) => {
      if (request.url === '/new') response.end('moved here')
      else response.writeHead(302, { Location: '/new' }).end()
    })
    expect((await call({ url: server.url })).output).toMatchObject({ status: 200, body: 'moved here' })
    expect((await call({ url: server.url, followRedirects: false })).output).toMatchObject({
      status: 302,
      headers: { location: '/new' },
    })
  })
})

const answering =
  (status: number, headers = {}) =>
  (_request: SeenRequest, response: ServerResponse) =>
    void response.writeHead(status, headers).end('{"why":"because"}')

describe('error answers', () => {
  test.each([
    [400, false],
    [404, false],
    [408, true],
    [409, false],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('status %i fails the step; worth another try: %s', async (status, retryable) => {
    const server = await stub(answering(status))
    const error = await failure(call({ url: `${server.url}/orders?key=hidden` }))
    expect(error).toMatchObject({ code: 'http_error', retryable, facts: { status, details: { body: '{"why":"because"}' } } })
    expect(error.message).toMatch(/^127\.0\.0\.1:\d+ answered \d+ .+ to GET \/orders\.$/)
  })

  test('the other side’s wish to wait is passed on, in seconds or as a date', async () => {
    const seconds = await stub(answering(429, { 'Retry-After': '7' }))
    expect((await failure(call({ url: seconds.url }))).facts.retryAfterMs).toBe(7000)
    const date = await stub(answering(503, { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() }))
    expect((await failure(call({ url: date.url }))).facts.retryAfterMs).toBeGreaterThan(50_000)
  })

  test('they are an output like any other when the flow wants them', async () => {
    const server = await stub(answering(404, { 'Content-Type': 'application/json' }))
    expect((await call({ url: server.url, failOnStatus: false })).output).toMatchObject({ status: 404, body: { why: 'because' } })
  })

  test('a step whose time is up lets go of the call', async () => {
    const server = await stub(() => undefined)
    const controller = new AbortController()
    const calling = callAction('http.request', JSON.stringify({ url: server.url }), { signal: controller.signal })
    await expect.poll(() => server.seen.length).toBe(1)
    controller.abort()
    await expect(calling).rejects.toThrow(/abort/i)
  })
})
