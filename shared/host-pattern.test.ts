import { describe, expect, test } from 'vitest'
import { HostPattern, isAtHost } from './host-pattern.ts'

/** What `URL` makes of an address, which this folder knows nothing of. */
const at = (address: string) => {
  const [, protocol = '', hostname = '', port = ''] = /^(https?:)\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?/.exec(address) ?? []
  return { protocol, hostname, port }
}

test.each([
  ['api.example.com', 'https://api.example.com/', true],
  ['api.example.com', 'https://api.example.com:8443/', true],
  ['api.example.com', 'https://api.example.com./', true],
  ['api.example.com', 'https://example.com/', false],
  ['api.example.com', 'https://evil-api.example.com/', false],
  ['api.example.com', 'https://api.example.com.evil.net/', false],
  ['*.example.com', 'https://api.example.com/', true],
  ['*.example.com', 'https://a.b.example.com/', true],
  ['*.example.com', 'https://example.com/', false],
  ['*.example.com', 'https://notexample.com/', false],
  ['*.example.com', 'https://.example.com/', false],
  ['api.example.com:443', 'https://api.example.com/', true],
  ['api.example.com:443', 'http://api.example.com/', false],
  ['api.example.com:80', 'http://api.example.com/', true],
  ['api.example.com:8080', 'http://api.example.com/', false],
  ['*.example.com:8443', 'https://a.example.com:8443/', true],
  ['127.0.0.1', 'http://127.0.0.1:4000/', true],
  ['[::1]:4000', 'http://[::1]:4000/', true],
  ['[::1]', 'http://[::2]/', false],
])('%s means %s: %s', (pattern, address, isMeant) => {
  expect(isAtHost(at(address), [pattern])).toBe(isMeant)
})

test('of no patterns none is meant', () => {
  expect(isAtHost(at('https://example.com/'), [])).toBe(false)
})

describe('a pattern', () => {
  test('is kept in lower case', () => {
    expect(HostPattern.parse(' API.Example.com ')).toBe('api.example.com')
  })

  test.each([
    'https://example.com',
    'example.com/path',
    'user@example.com',
    '*',
    '*.',
    'a.*.com',
    '*example.com',
    'example.com:',
    'example.com:port',
    'exa mple.com',
    '',
    '.example.com',
    'example..com',
    '-a.com',
    '::1',
  ])('is not %s', (text) => {
    expect(HostPattern.safeParse(text).success).toBe(false)
  })
})
