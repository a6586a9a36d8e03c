import { isIP } from 'node:net'
import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { type ArmedFailpoint, type EngineLimits, failpointFrom } from '#engine/index.ts'
import type { StrangerRates } from './http/stranger-limits.ts'
import { isLoopbackHost } from './http/loopback.ts'
import { type TrustedProxies, trustedProxyFrom } from './http/trusted-proxies.ts'

/** Raised for a variable that can't be used; its message is the whole sentence a person reads. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

const units: { [unit: string]: number } = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

const Bytes = z.string().transform((text, context) => {
  const match = /^(\d+)\s*(B|KiB|MiB|GiB)?$/.exec(text.trim())
  const bytes = match ? Number(match[1]) * (units[match[2] ?? 'B'] ?? NaN) : NaN
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  context.addIssue({ code: 'custom', message: 'must be a number of bytes such as 1048576, 512KiB, 10MiB or 1GiB' })
  return z.NEVER
})

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`)

const PostgresUrl = z.string().refine((text) => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'postgres:' || url.protocol === 'postgresql:')
}, 'must look like postgres://user:password@host:5432/database')

const Origin = z
  .string()
  .refine((text) => {
    const url = URL.parse(text)
    return (
      url !== null &&
      (url.protocol === 'http:' || url.protocol === 'https:') &&
      url.pathname === '/' &&
      url.search === '' &&
      url.hash === ''
    )
  }, 'must be an address such as https://holdfast.example.com, without a path')
  .transform((text) => new URL(text).origin)

const Host = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text),
    'must be a host name or an address such as 127.0.0.1',
  )

const Domains = z.string().transform((text, context) => {
  const domains = text.split(',').map((domain) => domain.trim().toLowerCase())
  if (domains.every((domain) => /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(domain))) return domains
  context.addIssue({ code: 'custom', message: 'must be what stands behind the @, such as mail.example.com; several with commas' })
  return z.NEVER
})

function listed(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

const Ranges = z.string().transform((text, context) => {
  const ranges = listed(text)
  const bad = ranges.find((range) => !ipaddr.isValidCIDR(range))
  if (bad === undefined) return ranges
  context.addIssue({
    code: 'custom',
    message: `must be address ranges such as 10.0.0.0/8, separated by commas; "${bad}" is none`,
  })
  return z.NEVER
})

const Proxies = z.string().transform((text, context): TrustedProxies => {
  const read = listed(text).map(trustedProxyFrom)
  const bad = read.find((proxy) => typeof proxy === 'string')
  if (bad === undefined) return read.filter((proxy) => typeof proxy !== 'string')
  context.addIssue({ code: 'custom', message: bad })
  return z.NEVER
})

const Failpoint = z.string().transform((text, context) => {
  const armed = failpointFrom(text)
  if (armed !== undefined) return armed
  context.addIssue({
    code: 'custom',
    message: 'must be a place the engine passes and at which pass, as in checkpoint.before-commit:3',
  })
  return z.NEVER
})

/** What `HOLDFAST_LIMIT_<NAME>` can change. */
const Limits = z.object({
  OUTPUT: Bytes.default(10 * 1024 ** 2),
  EXPRESSION: Bytes.default(1024 ** 2),
  FILE: Bytes.default(50 * 1024 ** 2),
  CODE_CPU_MS: wholeNumber(10, 600_000).default(5000),
  CODE_MEMORY: Bytes.default(128 * 1024 ** 2),
  ITEMS: wholeNumber(1, 1_000_000).default(10_000),
  STEPS: wholeNumber(1, 10_000_000).default(1_000_000),
  JSON_DEPTH: wholeNumber(10, 1000).default(200),
  HEADERS: Bytes.default(16 * 1024),
  URL: Bytes.default(8 * 1024),
  BODIES: Bytes.default(64 * 1024 ** 2),
  TRIGGERS: Bytes.default(64 * 1024 ** 2),
  REQUEST_MS: wholeNumber(100, 3_600_000).default(10_000),
  ANSWER_MS: wholeNumber(100, 3_600_000).default(30_000),
  CONNECTIONS: wholeNumber(1, 1_000_000).default(4000),
  ADDRESS_CONNECTIONS: wholeNumber(1, 1_000_000).optional(),
  ADDRESS_PER_SECOND: wholeNumber(0, 1_000_000).optional(),
  FLOW_PER_SECOND: wholeNumber(0, 1_000_000).optional(),
  REFUSED_PER_MINUTE: wholeNumber(0, 1_000_000).optional(),
  FORM_POSTS_PER_MINUTE: wholeNumber(0, 1_000_000).default(30),
})

const Environment = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: Host.default('127.0.0.1'),
  DATABASE_URL: PostgresUrl.optional(),
  HOLDFAST_DATABASE_DIRECT_URL: PostgresUrl.optional(),
  HOLDFAST_DATA_DIR: z.string().default('./.holdfast'),
  HOLDFAST_SECRET_KEY: z.string().min(32, 'must have 32 characters or more').optional(),
  HOLDFAST_SECRET_KEY_PREVIOUS: z.string().min(32, 'must have 32 characters or more').optional(),
  HOLDFAST_API_KEY: z
    .string()
    .min(32, 'must have 32 characters or more')
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces')
    .optional(),
  HOLDFAST_ROLE: z.enum(['all', 'web', 'worker'], 'must be all, web or worker').default('all'),
  HOLDFAST_PUBLIC_URL: Origin.optional(),
  HOLDFAST_HOOKS_URL: Origin.optional(),
  HOLDFAST_TRUSTED_PROXIES: Proxies.default([]),
  HOLDFAST_EGRESS_PRIVATE: Ranges.default([]),
  HOLDFAST_MAX_BODY: Bytes.default(10 * 1024 ** 2),
  HOLDFAST_RETENTION_DAYS: wholeNumber(1, 3650).default(30),
  HOLDFAST_KEPT_REQUESTS_DAYS: wholeNumber(1, 3650).default(90),
  HOLDFAST_KEPT_REQUESTS: wholeNumber(1, 100_000_000).default(100_000),
  HOLDFAST_DROPPED_REQUESTS: wholeNumber(0, 100_000_000).default(100_000),
  HOLDFAST_LEASE_MS: wholeNumber(500, 3_600_000).default(30_000),
  HOLDFAST_MAIL_PORT: wholeNumber(0, 65_535).optional(),
  HOLDFAST_MAIL_HOST: Host.optional(),
  HOLDFAST_MAIL_DOMAIN: Domains.optional(),
  HOLDFAST_MAIL_MAX_SIZE: Bytes.default(25 * 1024 ** 2),
  HOLDFAST_MAIL_PER_MINUTE: wholeNumber(1, 1_000_000).optional(),
  HOLDFAST_MAIL_CONNECTIONS: wholeNumber(1, 100_000).default(100),
  HOLDFAST_MAIL_TLS_CERT: z.string().optional(),
  HOLDFAST_MAIL_TLS_KEY: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  HOLDFAST_FAILPOINT: Failpoint.optional(),
  TEST_HOOKS: z.enum(['0', '1'], 'must be 1 or 0').default('0'),
})

export interface Config {
  port: number
  host: string
  /** Absent: an embedded PostgreSQL is kept in the data folder. */
  databaseUrl: string | undefined
  directUrl: string | undefined
  dataDir: string
  /** Absent: generated into the data folder. */
  secretKey: string | undefined
  /** The key before it, while the key is being changed. */
  previousSecretKey: string | undefined
  apiKey: string | undefined
  role: 'all' | 'web' | 'worker'
  publicUrl: string | undefined
  hooksUrl: string | undefined
  trustedProxies: TrustedProxies
  egressPrivate: string[]
  mail: MailConfig
  strangerRates: StrangerRates
  /** The largest headers, together with the request's first line. */
  maxHeaderBytes: number
  maxUrlBytes: number
  /** What bodies may hold together until they are answered, and answers until they are read. */
  maxBytesAtOnce: number
  /** How long a request may take to arrive. */
  requestTimeoutMs: number
  /** How long an answer may take to be read, besides what its length takes. */
  answerTimeoutMs: number
  connections: number
  /** Absent: the default, and for our own network no limit. */
  connectionsOfAddress: number | undefined
  leaseMs: number
  retentionDays: number
  keptRequestDays: number
  mostKeptRequests: number
  mostDroppedRequests: number
  otelEndpoint: string | undefined
  testHooks: boolean
  /** Where this process kills itself. */
  failpoint: ArmedFailpoint | undefined
  dev: boolean
  limits: EngineLimits & { bodyBytes: number; jsonDepth: number }
}

/** How e-mail comes in. */
interface MailConfig {
  /** Absent: it doesn't. */
  port: number | undefined
  host: string
  /** What stands behind the @: the first is shown, all are taken. */
  domains: readonly string[]
  maxBytes: number
  /** What one address may send in a minute. Absent: the default, and for our own network no limit. */
  perMinute: number | undefined
  /** Open at a time. */
  connections: number
  /** Files with a certificate and its key. */
  tls: { cert: string; key: string } | undefined
}

const limitPrefix = 'HOLDFAST_LIMIT_'

/** Reads the variables of the environment, once. Throws ConfigError with one clear sentence for the first bad one. */
export function configFrom(environment: { [name: string]: string | undefined }, args: string[] = []): Config {
  // A variable set to nothing, as compose files and shells do it, is a variable that isn't set.
  const given = Object.fromEntries(Object.entries(environment).filter((entry) => entry[1] !== undefined && entry[1] !== ''))
  const unknownArgument = args.find((arg) => arg !== '--dev')
  if (unknownArgument !== undefined)
    throw new ConfigError(`Holdfast doesn't know the argument ${unknownArgument}; it takes --dev or none.`)

  const limitNames = Object.keys(given).filter((name) => name.startsWith(limitPrefix))
  const knownLimits = Object.keys(Limits.shape).map((name) => limitPrefix + name)
  const unknownLimit = limitNames.find((name) => !knownLimits.includes(name))
  if (unknownLimit !== undefined) throw new ConfigError(`There is no limit ${unknownLimit}; there are ${knownLimits.join(', ')}.`)

  const parsed = parse(Environment, given, '')
  const limits = parse(
    Limits,
    Object.fromEntries(limitNames.map((name) => [name.slice(limitPrefix.length), given[name]])),
    limitPrefix,
  )

  if (parsed.DATABASE_URL !== undefined && parsed.HOLDFAST_SECRET_KEY === undefined)
    throw new ConfigError(
      'HOLDFAST_SECRET_KEY must be set when DATABASE_URL is: every server of one database needs the same key, 32 characters or more.',
    )
  if (parsed.DATABASE_URL === undefined && parsed.HOLDFAST_DATABASE_DIRECT_URL !== undefined)
    throw new ConfigError('HOLDFAST_DATABASE_DIRECT_URL is of use only together with DATABASE_URL: set both or neither.')
  const testHooks = parsed.TEST_HOOKS === '1'
  if (testHooks && !isLoopbackHost(parsed.HOST))
    throw new ConfigError(
      `TEST_HOOKS=1 is refused because HOST is ${parsed.HOST}: it is for browser tests on a server that listens on 127.0.0.1 only.`,
    )

  if (parsed.HOLDFAST_FAILPOINT !== undefined && !testHooks)
    throw new ConfigError('HOLDFAST_FAILPOINT is refused without TEST_HOOKS=1: it makes the server kill itself, for tests.')

  const { HOLDFAST_MAIL_TLS_CERT: cert, HOLDFAST_MAIL_TLS_KEY: key } = parsed
  if ((cert === undefined) !== (key === undefined))
    throw new ConfigError('HOLDFAST_MAIL_TLS_CERT and HOLDFAST_MAIL_TLS_KEY go together: set both, or neither.')
  const seenAt = parsed.HOLDFAST_HOOKS_URL ?? parsed.HOLDFAST_PUBLIC_URL

  return {
    port: parsed.PORT,
    host: parsed.HOST,
    databaseUrl: parsed.DATABASE_URL,
    directUrl: parsed.HOLDFAST_DATABASE_DIRECT_URL,
    dataDir: resolve(parsed.HOLDFAST_DATA_DIR),
    secretKey: parsed.HOLDFAST_SECRET_KEY,
    previousSecretKey: parsed.HOLDFAST_SECRET_KEY_PREVIOUS,
    apiKey: parsed.HOLDFAST_API_KEY,
    role: parsed.HOLDFAST_ROLE,
    publicUrl: parsed.HOLDFAST_PUBLIC_URL,
    hooksUrl: parsed.HOLDFAST_HOOKS_URL,
    trustedProxies: parsed.HOLDFAST_TRUSTED_PROXIES,
    egressPrivate: parsed.HOLDFAST_EGRESS_PRIVATE,
    mail: {
      port: parsed.HOLDFAST_MAIL_PORT,
      host: parsed.HOLDFAST_MAIL_HOST ?? parsed.HOST,
      domains: parsed.HOLDFAST_MAIL_DOMAIN ?? [seenAt === undefined ? 'localhost' : new URL(seenAt).hostname],
      maxBytes: parsed.HOLDFAST_MAIL_MAX_SIZE,
      perMinute: parsed.HOLDFAST_MAIL_PER_MINUTE,
      connections: parsed.HOLDFAST_MAIL_CONNECTIONS,
      tls: cert === undefined || key === undefined ? undefined : { cert, key },
    },
    strangerRates: {
      addressPerSecond: limits.ADDRESS_PER_SECOND,
      flowPerSecond: limits.FLOW_PER_SECOND,
      refusedPerMinute: limits.REFUSED_PER_MINUTE,
      formPostsPerMinute: limits.FORM_POSTS_PER_MINUTE,
    },
    maxHeaderBytes: limits.HEADERS,
    maxBytesAtOnce: Math.max(limits.BODIES, parsed.HOLDFAST_MAX_BODY),
    maxUrlBytes: limits.URL,
    requestTimeoutMs: limits.REQUEST_MS,
    answerTimeoutMs: limits.ANSWER_MS,
    connections: limits.CONNECTIONS,
    connectionsOfAddress: limits.ADDRESS_CONNECTIONS,
    leaseMs: parsed.HOLDFAST_LEASE_MS,
    retentionDays: parsed.HOLDFAST_RETENTION_DAYS,
    keptRequestDays: parsed.HOLDFAST_KEPT_REQUESTS_DAYS,
    mostKeptRequests: parsed.HOLDFAST_KEPT_REQUESTS,
    mostDroppedRequests: parsed.HOLDFAST_DROPPED_REQUESTS,
    otelEndpoint: parsed.OTEL_EXPORTER_OTLP_ENDPOINT,
    testHooks,
    failpoint: parsed.HOLDFAST_FAILPOINT,
    dev: args.includes('--dev'),
    limits: {
      bodyBytes: parsed.HOLDFAST_MAX_BODY,
      jsonDepth: limits.JSON_DEPTH,
      outputBytes: limits.OUTPUT,
      expressionBytes: limits.EXPRESSION,
      codeCpuMs: limits.CODE_CPU_MS,
      codeMemoryMb: Math.max(8, Math.round(limits.CODE_MEMORY / 1024 ** 2)),
      items: limits.ITEMS,
      steps: limits.STEPS,
      triggerBytes: limits.TRIGGERS,
      fileBytes: limits.FILE,
    },
  }
}

function parse<S extends z.ZodType>(schema: S, values: unknown, prefix: string): z.infer<S> {
  const result = schema.safeParse(values)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  // The value itself is not repeated: some of these are secrets.
  throw new ConfigError(`${prefix}${issue?.path.join('.') ?? 'A variable'} ${issue?.message ?? 'is not usable'}.`)
}
