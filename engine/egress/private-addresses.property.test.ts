import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressProblem, allowedRangesFrom } from './check-address.ts'
import { createEgress } from './create-egress.ts'

type Quad = [number, number, number, number]

const byte = fc.integer({ min: 0, max: 255 })
/** Any address that no call may reach. */
const hidden: fc.Arbitrary<Quad> = fc.oneof(
  fc.tuple(fc.constant(127), byte, byte, byte),
  fc.tuple(fc.constant(10), byte, byte, byte),
  fc.tuple(fc.constant(0), byte, byte, byte),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
  fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
  fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
  fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
)

const value = (quad: readonly number[]) => quad.reduce((sum, one) => sum * 256 + one, 0)
const bases = [
  (n: number) => String(n),
  (n: number) => `0${n.toString(8)}`,
  (n: number) => `0x${n.toString(16)}`,
  (n: number) => `0X000${n.toString(16).toUpperCase()}`,
]

/** IPv4 as `inet_aton` takes it: one to four parts, each in any base, the last one holding what is left. */
const ipv4Text = fc
  .tuple(
    hidden,
    fc.integer({ min: 1, max: 4 }),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
    fc.constantFrom('', '.'),
  )
  .map(([quad, parts, base, dot]) => {
    const numbers = [...quad.slice(0, parts - 1), value(quad.slice(parts - 1))]
    return numbers.map((n, i) => bases[base[i] ?? 0]?.(n) ?? '').join('.') + dot
  })

/** The same with letters and dots that look alike, or percent-escapes, as browsers read them. */
const disguised = fc.tuple(ipv4Text, fc.constantFrom('plain', 'wide', 'escaped', 'circled')).map(([text, how]) => {
  if (how === 'wide') return Array.from(text, (c) => (c === '.' ? '。' : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join('')
  if (how === 'escaped') return Array.from(text, (c) => `%${c.charCodeAt(0).toString(16)}`).join('')
  if (how === 'circled') return text.replaceAll(/[1-9]/g, (digit) => String.fromCharCode(0x2460 + Number(digit) - 1))
  return text
})

const hex = (n: number) => n.toString(16)
const pair = (high: number, low: number) => hex(high * 256 + low)
/** IPv6 that carries an IPv4 address: mapped, compatible, NAT64 of both prefixes, 6to4, Teredo, ISATAP. */
const carriers: ((quad: Quad) => string)[] = [
  ([a, b, c, d]) => `::ffff:${a}.${b}.${c}.${d}`,
  ([a, b, c, d]) => `0:0:0:0:0:FFFF:${pair(a, b)}:${pair(c, d)}`,
  ([a, b, c, d]) => `::${a}.${b}.${c}.${d}`,
  ([a, b, c, d]) => `::ffff:0:${a}.${b}.${c}.${d}`,
  ([a, b, c, d]) => `64:ff9b::${pair(a, b)}:${pair(c, d)}`,
  ([a, b, c, d]) => `64:ff9b:1::${pair(a, b)}:${pair(c, d)}`,
  ([a, b, c, d]) => `64:ff9b:1:${pair(a, b)}:0:${pair(c, d)}::`,
  ([a, b, c, d]) => `2002:${pair(a, b)}:${pair(c, d)}::1`,
  ([a, b, c, d]) => `2001:0:${pair(a, b)}:${pair(c, d)}:0:ffff:${pair(a ^ 255, b ^ 255)}:${pair(c ^ 255, d ^ 255)}`,
  ([a, b, c, d]) => `2606:4700::5efe:${pair(a, b)}:${pair(c, d)}`,
  ([a, b, c, d]) => `2606:4700::200:5efe:${pair(a, b)}:${pair(c, d)}`,
]
const carried = fc.tuple(hidden, fc.constantFrom(...carriers)).map(([quad, carry]) => carry(quad))
/** Private ranges of IPv6 itself. */
const group = fc.integer({ min: 0, max: 0xffff }).map(hex)
const hiddenIpv6 = fc
  .tuple(
    fc.constantFrom('fc', 'fd', 'fe8', 'fe9', 'feb', 'fec', 'fed', 'ff0', 'ff1'),
    fc.array(group, { minLength: 7, maxLength: 7 }),
  )
  .map(([prefix, groups]) => [prefix.padEnd(4, '0'), ...groups].join(':'))

const strict = createEgress({ allowPrivate: [], lookup: async (name) => [name] })

async function isRefused(url: string): Promise<boolean> {
  try {
    await strict({ url, method: 'GET', headers: [] })
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'egress_denied' || error.code === 'invalid_input')
  }
}

test('no way of writing a private IPv4 address gets a call through', async () => {
  await fc.assert(
    fc.asyncProperty(disguised, async (host) => isRefused(`http://${host}/`)),
    { numRuns: 500 },
  )
})

test('neither does a user name, a password or a port around it', async () => {
  await fc.assert(
    fc.asyncProperty(
      ipv4Text,
      fc.constantFrom('a@', 'example.com@', 'example.com:80@', 'a:b%40c@'),
      fc.constantFrom('', ':80', ':8443'),
      async (host, user, port) => {
        expect(await isRefused(`https://${user}${host}${port}/`)).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})

test('no IPv6 address that carries one inside gets a call through', async () => {
  await fc.assert(
    fc.asyncProperty(carried, async (host) => isRefused(`http://[${host}]/`)),
    { numRuns: 500 },
  )
})

test('no private IPv6 address does', async () => {
  await fc.assert(
    fc.asyncProperty(hiddenIpv6, async (host) => isRefused(`http://[${host}]/`)),
    { numRuns: 300 },
  )
})

test('no answer of a resolver gets past the check either, with a zone or without', () => {
  fc.assert(
    fc.property(fc.oneof(carried, hiddenIpv6), fc.constantFrom('', '%eth0', '%1'), (address, zone) => {
      expect(addressProblem(address + zone, [])).toEqual(expect.any(String))
    }),
  )
})

test('public addresses pass, whichever they are', () => {
  const publicIpv4 = fc.tuple(fc.constantFrom(1, 8, 23, 93, 104, 151, 185, 203), fc.integer({ min: 1, max: 50 }), byte, byte)
  fc.assert(
    fc.property(publicIpv4, (quad) => {
      // 203.0.113.0/24 and its like are for documents; the second number keeps clear of them.
      expect(addressProblem(quad.join('.'), [])).toBeUndefined()
    }),
  )
  expect(addressProblem('2606:4700:4700::1111', [])).toBeUndefined()
})

test('an allowed range opens itself and nothing beside it', () => {
  const allowed = allowedRangesFrom(['10.1.0.0/16'])
  fc.assert(
    fc.property(byte, byte, byte, (second, c, d) => {
      const problem = addressProblem(`10.${second}.${c}.${d}`, allowed)
      if (second === 1) expect(problem).toBeUndefined()
      else expect(problem).toBe('a private address')
    }),
  )
})
