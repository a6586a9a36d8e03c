import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlOfRequest } from './curl-of-request.ts'

const url = 'http://localhost/hooks/a'

/** What the command would be called with, word by word. */
function wordsOf(command: string): string[] {
  const said = command.replace(/curl -X/, String.raw`printf '%s\0' -X`)
  return execFileSync('bash', ['-c', said], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

const trigger = (more: object, body = 'null') => `${JSON.stringify({ method: 'POST', ...more }).slice(0, -1)},"body":${body}}`

test('a body is sent to the letter, with the headers that the sender set', () => {
  const headers = { host: 'x', 'content-length': '2', 'content-type': 'application/json', 'x-kind': `it's`, 'x-empty': '' }
  const { text, leftOut } = curlOfRequest(url, trigger({ headers }, '{"n":12345678901234567890, "a":1}'), [])
  expect(wordsOf(text)).toEqual([
    ...['-X', 'POST', url, '-H', 'content-type: application/json', '-H', "x-kind: it's", '-H', 'x-empty;'],
    ...['--data-raw', '{"n":12345678901234567890, "a":1}'],
  ])
  expect(leftOut).toEqual([])
})

test('what proves who sent it, and names the delivery, is left out and told', () => {
  const headers = {
    'x-hub-signature-256': 'sha256=1',
    authorization: 'Bearer secret',
    'x-mine': 'secret',
    'x-github-delivery': '1',
    'x-github-event': 'push',
    'x-forwarded-for': '10.0.0.1',
  }
  const { text, leftOut } = curlOfRequest(url, trigger({ headers }), ['X-Mine'])
  expect(wordsOf(text)).toEqual(['-X', 'POST', url, '-H', 'x-github-event: push'])
  expect(leftOut).toEqual(['x-hub-signature-256', 'authorization', 'x-mine', 'x-github-delivery'])
  expect(text).not.toContain('secret')
})

test('a question keeps its fields, a form its own, a text its letters', () => {
  const asked = curlOfRequest(url, trigger({ method: 'GET', query: { a: ['1', '2'], 'b c': `'&` } }), [])
  expect(wordsOf(asked.text)).toEqual(['-X', 'GET', `${url}?a=1&a=2&b+c=%27%26`])
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect(wordsOf(curlOfRequest(url, trigger({ headers: form }, '{"name":"@/etc/passwd","__proto__":"x"}'), []).text)).toEqual([
    ...['-X', 'POST', url, '-H', 'content-type: application/x-www-form-urlencoded'],
    ...['--data-raw', 'name=%40%2Fetc%2Fpasswd', '--data-raw', '__proto__=x'],
  ])
  const parts = { 'content-type': 'multipart/form-data; boundary=x' }
  const multipart = curlOfRequest(url, trigger({ headers: parts, files: { a: [{}] } }, '{"name":"@/etc/passwd"}'), [])
  expect(wordsOf(multipart.text)).toEqual(['-X', 'POST', url, '--form-string', 'name=@/etc/passwd'])
  expect(multipart.hasFiles).toBe(true)
  const xml = { 'content-type': 'application/xml' }
  expect(wordsOf(curlOfRequest(url, trigger({ headers: xml }, JSON.stringify('@<a>\u001b[201~\n</a>')), []).text)).toEqual([
    ...['-X', 'POST', url, '-H', 'content-type: application/xml', '--data-raw', '@<a>\u001b[201~\n</a>'],
  ])
})

test('bytes are piped into it', () => {
  const headers = { 'content-type': 'image/png' }
  const { text } = curlOfRequest(url, trigger({ headers }, '{"type":"image/png","size":3,"base64":"AQID"}'), [])
  expect(text).toBe(`printf %s 'AQID' | base64 -d | curl -X POST '${url}' -H 'content-type: image/png' --data-binary @-`)
})
