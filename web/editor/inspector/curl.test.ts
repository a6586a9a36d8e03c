import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlFor } from './curl.ts'

test('the command sends a body like the last request', () => {
  expect(curlFor('http://localhost/hooks/a', undefined, { body: { qty: 3 } })).toBe(
    `curl -X POST 'http://localhost/hooks/a' -H 'Content-Type: application/json' -d '{"qty":3}'`,
  )
  expect(curlFor('http://localhost/hooks/a', ['GET'], undefined)).toBe(`curl -X GET 'http://localhost/hooks/a'`)
})

test('a shell reads every character of the body as it was', () => {
  const body = { note: `it's "here"; $HOME \`id\` \\ 😀` }
  const command = curlFor('http://localhost/hooks/a', undefined, { body }).replace(/^curl/, 'printf %s\\\\n')
  const lines = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual(body)
})

test('a body of pages is left out of the command', () => {
  expect(curlFor('http://localhost/hooks/a', undefined, { body: 'x'.repeat(5000) }).length).toBeLessThan(200)
})
