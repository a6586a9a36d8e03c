import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawConnection } from '../testing/raw-connection.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { authorization: string }
let flowId: string

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['build', 'read'])
  const values = {
    viaExpression: '{{ trigger.body.a }}',
    proto: '{{ trigger.body.__proto__ }}',
    polluted: '{{ trigger.body.polluted ?? "no" }}',
  }
  const code = `export default async ({ trigger }) => ({
    a: trigger.body.a ?? null,
    isOwn: Object.hasOwn(trigger.body, '__proto__'),
    polluted: trigger.body.polluted ?? 'no',
    everywhere: Reflect.has({}, 'polluted') ? 'yes' : 'no',
  })`
  flowId = await publish('strange', [
    { id: 'seen', type: 'set', params: { values } },
    { id: 'coded', type: 'code', params: { code } },
  ])
})
afterAll(() => server.stop())

async function publish(path: string, steps: { id: string; type: string; params: object }[]): Promise<string> {
  const nodes = [{ id: 'trigger', type: 'webhook', params: { path } }, ...steps]
  const edges = steps.map(({ id }, index) => ({ source: steps[index - 1]?.id ?? 'trigger', target: id }))
  const made = await server.send('/api/v1/flows', { method: 'POST', headers, body: { document: { nodes, edges } } })
  const id = String(made.json['id'])
  expect((await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })).json).toMatchObject({ version: 1 })
  return id
}

/** What came back for bytes that no client would send, until the connection ended. */
function allAnswersTo(lines: readonly string[]): Promise<string> {
  const connection = rawConnection(server.url, '')
  connection.socket.write(Buffer.from(lines.join('\r\n'), 'latin1'))
  return connection.answer()
}

function answerTo(...lines: string[]): Promise<string> {
  return allAnswersTo(lines.toSpliced(2, 0, 'Connection: close'))
}

async function triggerAfter(request: () => Promise<{ json: { [name: string]: unknown } }>): Promise<{ [name: string]: unknown }> {
  const runId = String((await request()).json['runId'])
  expect(runId).toMatch(/^run_/)
  return (await server.send(`/api/v1/runs/${runId}`, { headers })).json['trigger'] as { [name: string]: unknown }
}

describe('what is not UTF-8 is refused wherever it would become data', () => {
  test.each<[string, string]>([
    ['in the query', '/hooks/strange?name=%ff'],
    ['in the query, hidden in too many bytes', '/hooks/strange?name=%c0%af'],
    ['in the query, as half of a pair', '/hooks/strange?name=%ed%a0%80'],
    ['in the name of a field of the query', '/hooks/strange?%e9=1'],
    ['in the query of a form', '/forms/any?name=%ff'],
    ['in the path', '/hooks/stran%ffge'],
    ['in a path of the interface', '/flows/%ff'],
    ['in the query of the API', '/api/v1/flows?q=%ff'],
  ])('%s', async (_where, path) => {
    expect((await server.send(path, { headers })).json).toMatchObject({ status: 400, code: 'invalid_encoding' })
  })

  test('in the query, written as it is, which no address may hold', async () => {
    expect(await answerTo('GET /hooks/strange?name=\xff HTTP/1.1', 'Host: x', '', '')).toContain('"code":"malformed_request"')
  })

  test('in a header, and noted in the inbox', async () => {
    const answer = await answerTo('POST /hooks/strange HTTP/1.1', 'Host: x', 'X-Name: J\xfcrgen', 'Content-Length: 0', '', '')
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*"detail":"The header x-name is not valid UTF-8\."/)
    const list = await server.send(`/api/v1/flows/${flowId}/requests?state=rejected`, { headers })
    expect(list.json['items']).toMatchObject([{ state: 'rejected', reason: 'invalid_encoding' }])
  })

  test.each<[string, string, Buffer]>([
    ['in a form', 'application/x-www-form-urlencoded', Buffer.from('name=%ff')],
    ['in a form, as it is', 'application/x-www-form-urlencoded', Buffer.from('name=\xff', 'latin1')],
    [
      'in a form with files',
      'multipart/form-data; boundary=b',
      Buffer.from('--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n\xff\r\n--b--\r\n', 'latin1'),
    ],
    [
      'in the name of a file',
      'multipart/form-data; boundary=b',
      Buffer.from('--b\r\nContent-Disposition: form-data; name="n"; filename="\xff"\r\n\r\nx\r\n--b--\r\n', 'latin1'),
    ],
    ['in text', 'text/plain', Buffer.from([0xff])],
  ])('%s', async (_where, type, body) => {
    const sent = await server.send('/hooks/strange', { method: 'POST', headers: { 'content-type': type }, body })
    expect(sent.json).toMatchObject({ status: 400, code: 'invalid_encoding' })
  })
})

describe('what is UTF-8 arrives as it was meant', () => {
  test('in query and headers', async () => {
    const escaped = await triggerAfter(() => server.send('/hooks/strange?name=J%C3%BCrgen&sign=%EF%BF%BD&rate=10%&zero=%00'))
    expect(escaped).toMatchObject({ query: { name: 'Jürgen', sign: '\uFFFD', rate: '10%', zero: '\0' } })
    const raw = async () => {
      const name = Buffer.from('Jürgen').toString('latin1')
      const text = await answerTo(`GET /hooks/strange?rate=%31 HTTP/1.1`, 'Host: x', `X-Name: ${name}`, '', '')
      return { json: JSON.parse(text.slice(text.indexOf('{'))) as { [name: string]: unknown } }
    }
    expect(await triggerAfter(raw)).toMatchObject({ query: { rate: '1' }, headers: { 'x-name': 'Jürgen' } })
  })

  test('in forms, also the sign that others put for what they can’t read', async () => {
    const body = '--b\r\nContent-Disposition: form-data; name="né"\r\n\r\n\uFFFD ü\r\n--b--\r\n'
    const type = { 'content-type': 'multipart/form-data; boundary=b' }
    const multipart = await triggerAfter(() => server.send('/hooks/strange', { method: 'POST', headers: type, body }))
    expect(multipart).toMatchObject({ body: { né: '\uFFFD ü' } })
    const plain = { 'content-type': 'application/x-www-form-urlencoded' }
    const form = () => server.send('/hooks/strange', { method: 'POST', headers: plain, body: 'n%C3%A9=%EF%BF%BD+ü&rate=10%' })
    expect(await triggerAfter(form)).toMatchObject({ body: { né: '\uFFFD ü', rate: '10%' } })
  })
})

test('JSON is kept to the letter: of a name that comes twice the last counts, and __proto__ is a name like any other', async () => {
  const body = '{"a": 1, "a":2, "__proto__":{"polluted":"yes"},  "big":12345678901234567890}'
  const type = { 'content-type': 'application/json' }
  const sent = await server.send('/hooks/strange', { method: 'POST', headers: type, body })
  const runId = String(sent.json['runId'])
  await waitFor('the run', async () => (await server.send(`/api/v1/runs/${runId}`, { headers })).json['status'] === 'succeeded')
  const run = await server.send(`/api/v1/runs/${runId}`, { headers })
  expect(run.text).toContain(body)
  const steps = await server.send(`/api/v1/runs/${runId}/steps`, { headers })
  expect(steps.json['items']).toMatchObject([
    { path: 'seen', output: { viaExpression: 2, polluted: 'no' } },
    { path: 'coded', output: { a: 2, isOwn: true, polluted: 'no', everywhere: 'no' } },
  ])
  expect(steps.text).toContain('"proto":{"polluted":"yes"}')
})

test('a field of a form or query called __proto__ is a field like any other', async () => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const sent = await server.send('/hooks/strange?__proto__=1&constructor=2&a=3&a=4', {
    method: 'POST',
    headers: type,
    body: '__proto__=x&toString=y',
  })
  const run = await server.send(`/api/v1/runs/${String(sent.json['runId'])}`, { headers })
  expect(run.text).toContain('{"__proto__":"x","toString":"y"}')
  expect(run.text).toContain('"query":{"__proto__":"1","constructor":"2","a":["3","4"]}')
})

describe('more than anybody sends is refused', () => {
  test.each<[string, string[], number, string]>([
    ['an address of 8 KiB', [`GET /hooks/strange?${'a'.repeat(8200)} HTTP/1.1`, 'Host: x'], 414, 'uri_too_long'],
    ['an address of 20 KiB', [`GET /hooks/strange?${'a'.repeat(20_000)} HTTP/1.1`, 'Host: x'], 414, 'uri_too_long'],
    ['a header of 20 KiB', ['GET /hooks/strange HTTP/1.1', 'Host: x', `X: ${'a'.repeat(20_000)}`], 431, 'headers_too_large'],
    [
      'headers of 20 KiB',
      ['GET /hooks/strange HTTP/1.1', 'Host: x', ...Array.from({ length: 20 }, (_, n) => `X-${n}: ${'a'.repeat(1000)}`)],
      431,
      'headers_too_large',
    ],
    [
      'three hundred headers',
      ['GET /hooks/strange HTTP/1.1', 'Host: x', ...Array.from({ length: 300 }, (_, n) => `X-${n}: 1`)],
      431,
      'headers_too_large',
    ],
  ])('%s', async (_what, lines, status, code) => {
    const answer = await answerTo(...lines, '', '')
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain('application/problem+json')
    expect(answer).toContain(`"code":"${code}"`)
  })

  test('text that would take up many times its size as data', async () => {
    const type = { 'content-type': 'text/plain' }
    const large = 1024 ** 2
    const sent = await server.send('/hooks/strange', { method: 'POST', headers: type, body: '\u0001'.repeat(large) })
    expect(sent.json).toMatchObject({ status: 413, code: 'too_large' })
    const lines = await server.send('/hooks/strange', { method: 'POST', headers: type, body: '"\n'.repeat(large / 2) })
    expect(lines.status).toBe(202)
  })

  test('a form of more than a thousand parts, before they are taken apart', async () => {
    const part = '--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n\r\n'
    const sent = await server.send('/hooks/strange', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary="b"' },
      body: `${part.repeat(1001)}--b--\r\n`,
    })
    expect(sent.json).toMatchObject({ status: 413, code: 'too_large' })
  })
})

describe('what could be two requests to one and one to another is none', () => {
  const smuggled = ['GET /healthz HTTP/1.1', 'Host: x', '', '']
  const post = (...more: string[]) => ['POST /hooks/strange HTTP/1.1', 'Host: x', ...more]
  test.each<[string, string[]]>([
    ['two ways to tell the length', post('Content-Length: 6', 'Transfer-Encoding: chunked', '', '0', '', ...smuggled)],
    ['two ways, the other way round', post('Transfer-Encoding: chunked', 'Content-Length: 5', '', '0', '', ...smuggled)],
    ['two lengths', post('Content-Length: 0', 'Content-Length: 40', '', ...smuggled)],
    ['a list of lengths', post('Content-Length: 0, 40', '', ...smuggled)],
    ['a length with a sign', post('Content-Length: +0', '', ...smuggled)],
    ['a length in hexadecimal', post('Content-Length: 0x0', '', ...smuggled)],
    ['chunks that are not the last coding', post('Transfer-Encoding: chunked, identity', '', '0', '', ...smuggled)],
    ['a coding that looks like chunks', post('Transfer-Encoding: xchunked', '', '0', '', ...smuggled)],
    ['a space before the colon', post('Content-Length : 0', '', ...smuggled)],
    ['a name on a folded line', post('X: 1', ' Content-Length: 0', '', ...smuggled)],
    ['a size of a chunk that is none', post('Transfer-Encoding: chunked', '', '0x1', 'a', '0', '', ...smuggled)],
    ['a chunk longer than it says', post('Transfer-Encoding: chunked', '', '1', 'ab', '0', '', ...smuggled)],
    ['no host', ['POST /hooks/strange HTTP/1.1', 'Content-Length: 0', '', ...smuggled]],
  ])('%s', async (_what, lines) => {
    const answer = await allAnswersTo(lines)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1)
  })

  test('fields after a chunked body count for nothing', async () => {
    const connection = rawConnection(
      server.url,
      [
        ...post('Content-Type: application/json', 'Transfer-Encoding: chunked', 'Trailer: X-Late', 'Connection: close'),
        ...['', '2', '{}', '0', 'X-Late: 1', 'X-Forwarded-For: 1.2.3.4', '', ''],
      ].join('\r\n'),
    )
    const answer = await connection.answer()
    expect(answer).toMatch(/^HTTP\/1\.1 202 /)
    const runId = /run_\w+/.exec(answer)?.[0] ?? ''
    expect((await server.send(`/api/v1/runs/${runId}`, { headers })).text).not.toContain('1.2.3.4')
  })
})
