import type { ServerResponse } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isAppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { callPoll } from '../testing/call-poll.ts'
import { type SeenRequest, startStubServer } from '../testing/stub-server.ts'

async function stub(answer: (request: SeenRequest, response: ServerResponse) => void) {
  const server = await startStubServer(answer)
  onTestFinished(() => server.close())
  return server
}
const answering = (text: string) =>
  stub((_request, response) => void response.setHeader('Content-Type', 'application/json').end(text))
const look = (params: { [name: string]: Json }, cursor: Json = null) => callPoll('http.newItems', params, cursor)

async function keysOf(text: string, params: { [name: string]: Json } = {}): Promise<string[]> {
  const server = await answering(text)
  return (await look({ url: server.url, ...params })).items.map(({ key }) => key)
}
async function failure(text: string, params: { [name: string]: Json } = {}): Promise<string> {
  const error = await keysOf(text, params).catch((thrown: unknown) => thrown)
  return isAppError(error) ? error.message : expect.fail(`Not an error for people: ${String(error)}`)
}

test('items reach the run to the letter, the last in the list first', async () => {
  const server = await answering('[{"id": 12345678901234567890, "z":1, "a":[1.10]}, {"id":"b"}]')
  expect((await look({ url: server.url })).items).toEqual([
    { key: 'b', data: '{"id":"b"}' },
    { key: '12345678901234567890', data: '{"id": 12345678901234567890, "z":1, "a":[1.10]}' },
  ])
  expect(await keysOf('[{"id":1},{"id":2}]', { order: 'oldestFirst' })).toEqual(['1', '2'])
})

describe('the list', () => {
  test('is the answer, the only one in it, or where it is said to be', async () => {
    expect(await keysOf(' [{"id":1}]')).toEqual(['1'])
    expect(await keysOf('{"total": 1, "orders": [{"id":1}]}')).toEqual(['1'])
    expect(await keysOf('{"data": {"pages": [[], [{"id":1}]]}, "errors": []}', { list: 'data.pages[1]' })).toEqual(['1'])
    expect(await keysOf('[]')).toEqual([])
  })

  test('that can’t be found is told of with what there is', async () => {
    expect(await failure('{"orders": [], "errors": []}')).toMatch(/lists at orders, errors: choose one/)
    expect(await failure('{"orders": []}', { list: 'data' })).toMatch(/nothing at "data" in the answer\. It has lists at orders/)
    expect(await failure('{"data": {}}', { list: 'data' })).toMatch(/no list at "data".*Say where the list is/)
    expect(await failure('7')).toMatch(/the top of the answer/)
    expect(await failure('<html>')).toMatch(/not valid JSON/)
    expect(await failure(`${'['.repeat(300)}${']'.repeat(300)}`)).toMatch(/200 levels/)
  })
})

test('an item is known by the field that is named, by its id, or by all that is in it', async () => {
  expect(await keysOf('[{"meta":{"no":7}},{"meta":{"no":"x"}}]', { key: 'meta.no', order: 'oldestFirst' })).toEqual(['7', 'x'])
  const [first, second, third] = await keysOf('["a", {"n":1}, {"n":1}]', { order: 'oldestFirst' })
  expect(first).not.toBe(second)
  expect(second).toBe(third)
  expect(await failure('[{"id":1}]', { key: 'number' })).toMatch(/no "number"/)
})

test('pages that the answer names are gone through one by one, with the same sign-in', async () => {
  const server = await stub((request, response) => {
    const page = Number(new URL(request.url, 'http://x').searchParams.get('page') ?? 1)
    if (page < 3) response.setHeader('Link', `</list?page=${page - 1}>; rel="prev", </list?page=${page + 1}>; rel="next"`)
    response.end(`[{"id":${page}}]`)
  })
  const params = { url: `${server.url}/list`, allPages: true, signInWith: 'desk-key' }
  const keys: string[] = []
  let cursor: Json = null
  for (let more = true; more;) {
    const page = await look(params, cursor)
    keys.push(...page.items.map(({ key }) => key))
    ;({ cursor, more } = page)
  }
  expect(keys).toEqual(['1', '2', '3'])
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer [secret desk-key]'))
  // From the first page again.
  expect((await look(params, cursor)).items).toMatchObject([{ key: '1' }])
})

test('the next page is not looked for on another server', async () => {
  const server = await stub(
    (_request, response) => void response.setHeader('Link', '<https://example.com/2>; rel=next').end('[]'),
  )
  await expect(look({ url: server.url, allPages: true })).rejects.toThrow(/another server, example\.com/)
})

test('what is sent: parameters, headers, a secret in a header of its own, and what the list was called the last time', async () => {
  const server = await stub((request, response) => {
    if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end()
    response.setHeader('ETag', '"1"').end('[{"id":1}]')
  })
  const params = {
    url: server.url,
    query: { state: 'open' },
    headers: { 'X-Team': 'tea' },
    signInWith: 'desk-key',
    signInHeader: 'X-Key',
  }
  const first = await look(params)
  expect(server.seen[0]).toMatchObject({
    method: 'GET',
    url: '/?state=open',
    headers: { 'x-team': 'tea', 'x-key': '[secret desk-key]' },
  })
  expect(await look(params, first.cursor)).toEqual({ items: [], cursor: first.cursor, more: false })
})

test('an error of the server, and how long it wants to be left alone', async () => {
  const server = await stub((_request, response) => void response.writeHead(429, { 'Retry-After': '90' }).end())
  await expect(look({ url: server.url })).rejects.toMatchObject({ code: 'http_error', facts: { retryAfterMs: 90_000 } })
})
