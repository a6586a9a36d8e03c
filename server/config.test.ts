import { describe, expect, test } from 'vitest'
import { configFrom, ConfigError } from './config.ts'

const key = 'k'.repeat(32)
const url = 'postgres://user:password@db.example.com/holdfast'

function sentenceFor(environment: { [name: string]: string }, args: string[] = []): string {
  try {
    configFrom(environment, args)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'accepted'
}

describe('configFrom', () => {
  test('needs nothing: an embedded database, on this machine only', () => {
    expect(configFrom({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      role: 'all',
      leaseMs: 30_000,
      retentionDays: 30,
      limits: { bodyBytes: 10 * 1024 ** 2, jsonDepth: 200, codeMemoryMb: 128, codeCpuMs: 5000 },
    })
  })

  test('a variable set to nothing is not set', () => {
    expect(configFrom({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: undefined })
  })

  test.each([
    ['512', 512],
    ['512KiB', 512 * 1024],
    ['10 MiB', 10 * 1024 ** 2],
    ['1GiB', 1024 ** 3],
  ])('HOLDFAST_MAX_BODY=%s is %i bytes', (text, bytes) => {
    expect(configFrom({ HOLDFAST_MAX_BODY: text }).limits.bodyBytes).toBe(bytes)
  })

  test('limits have names of their own', () => {
    expect(
      configFrom({ HOLDFAST_LIMIT_CODE_MEMORY: '256MiB', HOLDFAST_LIMIT_JSON_DEPTH: '50', HOLDFAST_LIMIT_OUTPUT: '1MiB' }).limits,
    ).toMatchObject({
      codeMemoryMb: 256,
      jsonDepth: 50,
      outputBytes: 1024 ** 2,
    })
  })

  test('addresses end without a slash', () => {
    expect(configFrom({ HOLDFAST_PUBLIC_URL: 'https://holdfast.example.com/' }).publicUrl).toBe('https://holdfast.example.com')
  })

  test.each<[string, { [name: string]: string }]>([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ['HOST', { HOST: 'not a host' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://db', HOLDFAST_SECRET_KEY: key }],
    ['DATABASE_URL', { DATABASE_URL: 'nonsense', HOLDFAST_SECRET_KEY: key }],
    ['HOLDFAST_SECRET_KEY', { DATABASE_URL: url }],
    ['HOLDFAST_SECRET_KEY', { HOLDFAST_SECRET_KEY: 'short' }],
    ['HOLDFAST_DATABASE_DIRECT_URL', { HOLDFAST_DATABASE_DIRECT_URL: url }],
    ['HOLDFAST_API_KEY', { HOLDFAST_API_KEY: 'short' }],
    ['HOLDFAST_ROLE', { HOLDFAST_ROLE: 'both' }],
    ['HOLDFAST_PUBLIC_URL', { HOLDFAST_PUBLIC_URL: 'https://example.com/holdfast' }],
    ['HOLDFAST_HOOKS_URL', { HOLDFAST_HOOKS_URL: 'ftp://example.com' }],
    ['HOLDFAST_EGRESS_PRIVATE', { HOLDFAST_EGRESS_PRIVATE: '10.0.0.0/8, 10.0.0.1' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: '10.0.0.1, proxy.example.com' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: '10.0.0.0/33' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: '127.1' }],
    ['HOLDFAST_TRUSTED_PROXIES', { HOLDFAST_TRUSTED_PROXIES: '0.0.0.0/0' }],
    ['HOLDFAST_MAX_BODY', { HOLDFAST_MAX_BODY: '10MB' }],
    ['HOLDFAST_MAX_BODY', { HOLDFAST_MAX_BODY: '-1' }],
    ['HOLDFAST_LIMIT_OUTPUT', { HOLDFAST_LIMIT_OUTPUT: 'lots' }],
    ['HOLDFAST_LIMIT_SPEED', { HOLDFAST_LIMIT_SPEED: '1' }],
    ['HOLDFAST_LIMIT_ADDRESS_PER_SECOND', { HOLDFAST_LIMIT_ADDRESS_PER_SECOND: '-1' }],
    ['HOLDFAST_LIMIT_REQUEST_MS', { HOLDFAST_LIMIT_REQUEST_MS: '0' }],
    ['HOLDFAST_LEASE_MS', { HOLDFAST_LEASE_MS: '30s' }],
    ['HOLDFAST_RETENTION_DAYS', { HOLDFAST_RETENTION_DAYS: '0' }],
    ['HOLDFAST_MAIL_PORT', { HOLDFAST_MAIL_PORT: 'smtp' }],
    ['HOLDFAST_MAIL_HOST', { HOLDFAST_MAIL_HOST: 'a host' }],
    ['HOLDFAST_MAIL_DOMAIN', { HOLDFAST_MAIL_DOMAIN: '@example.com' }],
    ['HOLDFAST_MAIL_DOMAIN', { HOLDFAST_MAIL_DOMAIN: 'example.com,' }],
    ['HOLDFAST_MAIL_MAX_SIZE', { HOLDFAST_MAIL_MAX_SIZE: '25MB' }],
    ['HOLDFAST_MAIL_PER_MINUTE', { HOLDFAST_MAIL_PER_MINUTE: '0' }],
    ['HOLDFAST_MAIL_TLS_CERT', { HOLDFAST_MAIL_TLS_CERT: '/etc/cert.pem' }],
    ['HOLDFAST_MAIL_TLS_KEY', { HOLDFAST_MAIL_TLS_KEY: '/etc/key.pem' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }],
    ['TEST_HOOKS', { TEST_HOOKS: 'yes' }],
    ['TEST_HOOKS', { TEST_HOOKS: '1', HOST: '0.0.0.0' }],
    ['HOLDFAST_FAILPOINT', { HOLDFAST_FAILPOINT: 'checkpoint.before-commit:3' }],
    ['HOLDFAST_FAILPOINT', { HOLDFAST_FAILPOINT: 'nowhere:1', TEST_HOOKS: '1' }],
  ])('a bad %s is said in one sentence that names it', (name, environment) => {
    const sentence = sentenceFor(environment)
    expect(sentence).toContain(name)
    expect(sentence).toMatch(/^[^\n]+\.$/)
  })

  test.each([
    [{}, 'localhost'],
    [{ HOLDFAST_PUBLIC_URL: 'https://holdfast.example.com' }, 'holdfast.example.com'],
    [{ HOLDFAST_PUBLIC_URL: 'https://a.example.com', HOLDFAST_HOOKS_URL: 'https://b.example.com:8443' }, 'b.example.com'],
    [{ HOLDFAST_MAIL_DOMAIN: 'Mail.example.com, old.example.com' }, 'mail.example.com old.example.com'],
  ])('with %j mail is for %s, and none is taken without a port', (environment, domains) => {
    const { mail } = configFrom(environment)
    expect(mail.domains.join(' ')).toBe(domains)
    expect(mail).toMatchObject({
      port: undefined,
      host: '127.0.0.1',
      maxBytes: 25 * 1024 ** 2,
      perMinute: undefined,
      tls: undefined,
    })
  })

  test('a secret that is refused is not repeated', () => {
    expect(sentenceFor({ HOLDFAST_API_KEY: 'hunter2' })).not.toContain('hunter2')
  })

  test('knows its one argument', () => {
    expect(configFrom({}, ['--dev']).dev).toBe(true)
    expect(sentenceFor({}, ['--prod'])).toContain('--prod')
  })
})
