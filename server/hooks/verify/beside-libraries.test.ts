import * as fc from 'fast-check'
import twilio from 'twilio'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebhookVerify } from '#shared/webhook-verify.ts'
import { type Sender, senders, type SentHeaders } from '../testing/senders.ts'
import { checkFor } from './check-for.ts'
import type { FindKeys } from './key-sets.ts'
import type { Verdict } from './verdict.ts'

// Each sender's own library looks at the same requests as we do: what it takes for genuine we believe, and nothing else.

const now = Date.UTC(2031, 4, 6, 12)
const address = 'https://hooks.test/hooks/abc?x=1&name=O%27Neil'

// Standard Webhooks and Svix look at the clock themselves.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterAll(() => {
  vi.useRealTimers()
})

interface Signed {
  body: string
  headers: SentHeaders
  address: string
}

const noKeys: FindKeys = async () => 'keys_unavailable'

async function signedBy(sender: Sender, body: string, atMs = now): Promise<Signed> {
  const { headers, address: own = address } = await sender.sign(body, atMs, address)
  return { body, headers, address: own }
}

async function ours({ preset, secret }: Sender, { body, headers, address: url }: Signed, ...more: string[]): Promise<Verdict> {
  const check = checkFor(WebhookVerify.parse({ preset, secret: 'named' }), noKeys)
  return check({ method: 'POST', url, headers, bytes: Buffer.from(body) }, [...more, secret], now)
}

const theirs = (sender: Sender, { body, headers, address: url }: Signed) => sender.isGenuine(body, headers, now, url)

/** Bodies that anything which reads and writes them again would change. */
const bodies = [
  '{"id":"evt_1",  "n":12345678901234567890,"f":1.0,"e":1E400,"text":"ü \\u00fc 😀 \\ud83d"}',
  '{"a":1,\r\n\t"a":2}\r\n',
  '\ufeff{"with":"a mark"}',
  '  trailing and leading  \n\n',
  'a=1&b=%20+x&b=%2B&%C3%BC=ü',
  '{}',
  'x',
  '\u0000\u001f\u2028',
]

const changes: { readonly [what: string]: (sent: Signed, sender: Sender) => Signed } = {
  'a space more': (sent) => ({ ...sent, body: `${sent.body} ` }),
  'a character less': (sent) => ({ ...sent, body: sent.body.slice(0, -1) || 'y' }),
  'the other kind of line break': (sent) => ({
    ...sent,
    body: sent.body.includes('\r\n') ? sent.body.replaceAll('\r\n', '\n') : `${sent.body}\n`,
  }),
  'another letter in the signature': (sent, { signature }) => withHeader(sent, signature, otherLetter),
  'a letter less in the signature': (sent, { signature }) => withHeader(sent, signature, (text) => text.slice(0, -5)),
  'a letter more in the signature': (sent, { signature }) => withHeader(sent, signature, (text) => `${text}00`),
  'an empty signature': (sent, { signature }) => withHeader(sent, signature, () => ''),
  'no signature': (sent, { signature }) => ({ ...sent, headers: without(sent.headers, signature) }),
  'a signature that is no such thing': (sent, { signature }) => withHeader(sent, signature, () => 'sha256=, v0=; t=1,v1='),
  'the signature twice, as one header': (sent, { signature }) => withHeader(sent, signature, (text) => `${text}x, ${text}x`),
  'another version of signature': (sent, { signature }) =>
    withHeader(sent, signature, (text) => {
      const other = text.replace(/^v0=|^sha256=|^v1,|,v1=/, (version) => version.replace(/[01]/, '9'))
      return other === text ? `v9=${text}` : other
    }),
  'no time': (sent, { time, signature }) =>
    time === undefined
      ? withHeader(sent, signature, (text) => text.replace(/^t=\d+,|^../, ''))
      : { ...sent, headers: without(sent.headers, time) },
  'another time': (sent, { time, signature }) =>
    time === undefined
      ? withHeader(sent, signature, (text) => text.replace(/t=\d|^./, 't=2'))
      : withHeader(sent, time, (text) => String(Number(text) + 1)),
}

const otherLetter = (text: string) => text.replace(/.(?=.{4}$)/, (letter) => (letter === '1' ? '2' : '1'))

function withHeader(sent: Signed, name: string, change: (text: string) => string): Signed {
  return { ...sent, headers: { ...sent.headers, [name]: change(sent.headers[name] ?? '') } }
}

function without(headers: SentHeaders, name: string): SentHeaders {
  const { [name]: _gone, ...rest } = headers
  return rest
}

describe.each(Object.entries(senders))('beside %s', (_library, sender) => {
  test.each(bodies)('a body is believed to the byte: %j', async (body) => {
    const sent = await signedBy(sender, body)
    expect(await theirs(sender, sent)).toBe(true)
    expect(await ours(sender, sent)).toMatchObject({ isTrusted: true })
    // While the secret is changed over, whichever of the two.
    expect(await ours(sender, sent, 'the secret before')).toMatchObject({ isTrusted: true })
  })

  test.each(Object.keys(changes))('neither believes %s', async (change) => {
    for (const body of bodies) {
      const sent = changes[change]?.(await signedBy(sender, body), sender)
      if (sent === undefined) throw new Error('No such change')
      expect({ body, theirs: await theirs(sender, sent) }).toEqual({ body, theirs: false })
      expect({ body, ours: await ours(sender, sent) }).toMatchObject({ body, ours: { isTrusted: false } })
    }
  })

  test('neither believes what another secret signed', async () => {
    const other = { ...sender, secret: sender.preset === 'discord' ? '0'.repeat(63) + '1' : `${sender.secret.slice(0, -4)}AAAA` }
    const sent = await signedBy(sender, '{"a":1}')
    expect(await ours(other, sent)).toMatchObject({ reason: 'signature_wrong' })
  })

  test('any text, changed in any one place, is judged alike', () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), fc.string(), async (body, at, put) => {
        const text = body.toWellFormed()
        const sent = await signedBy(sender, text)
        const place = at % (text.length + 1)
        const changed = { ...sent, body: (text.slice(0, place) + put + text.slice(place + 1)).toWellFormed() }
        for (const one of [sent, changed]) {
          // An empty body the libraries refuse to look at; what is in it nobody can have changed.
          if (one.body !== '') expect((await ours(sender, one)).isTrusted).toBe(await theirs(sender, one))
        }
      }),
      { numRuns: 60 },
    ))
})

describe('how old a request may be', () => {
  const timed = ['stripe', 'standardwebhooks', 'svix', '@slack/bolt']

  test.each(timed)('beside %s: five minutes to the second, and no more', async (library) => {
    const sender = senders[library]
    if (sender === undefined) throw new Error('No such library')
    for (const [ago, isFresh] of [
      [0, true],
      [299, true],
      [300, true],
      [301, false],
      [86_400, false],
    ] as const) {
      const sent = await signedBy(sender, '{"a":1}', now - ago * 1000)
      expect({ ago, theirs: await theirs(sender, sent) }).toEqual({ ago, theirs: isFresh })
      expect({ ago, ours: await ours(sender, sent) }).toMatchObject({
        ago,
        ours: isFresh ? { isTrusted: true } : { reason: 'timestamp_old' },
      })
    }
  })

  test.each(timed)('beside %s: one from the future is not believed either, which some of them would', async (library) => {
    const sender = senders[library]
    if (sender === undefined) throw new Error('No such library')
    expect(await ours(sender, await signedBy(sender, '{"a":1}', now + 300_000))).toMatchObject({ isTrusted: true })
    expect(await ours(sender, await signedBy(sender, '{"a":1}', now + 301_000))).toMatchObject({ reason: 'timestamp_old' })
  })
})

describe('beside twilio, forms', () => {
  const token = 'twilio’s auth token'
  const pairs = fc.array(
    fc
      .tuple(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
      .filter(([name]) => name !== '__proto__'),
  )
  const paramsOf = (form: URLSearchParams) =>
    Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]))

  test('any fields, also several of a name, are judged alike, and with any address', () =>
    fc.assert(
      fc.asyncProperty(pairs, pairs, fc.webUrl({ withQueryParameters: true }), async (sentPairs, otherPairs, url) => {
        const form = new URLSearchParams(sentPairs)
        const signature = twilio.getExpectedTwilioSignature(token, url, paramsOf(form))
        const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature }
        const check = checkFor({ preset: 'twilio', secret: 'named' }, noKeys)
        for (const fields of [form, new URLSearchParams(otherPairs)]) {
          const bytes = Buffer.from(fields.toString())
          const verdict = await check({ method: 'POST', url, headers, bytes }, [token], now)
          expect(verdict.isTrusted).toBe(twilio.validateRequest(token, signature, url, paramsOf(fields)))
        }
      }),
      { numRuns: 100 },
    ))

  test.each([
    ['as browsers write it', "https://hooks.test/hooks/abc?name=O'Neil", 'https://hooks.test/hooks/abc?name=O%27Neil'],
    ['with the usual port', 'https://hooks.test/hooks/abc?x=1', 'https://hooks.test:443/hooks/abc?x=1'],
    ['without its port', 'https://hooks.test:8443/hooks/abc', 'https://hooks.test/hooks/abc'],
  ])('an address signed %s', async (_how, url, signed) => {
    const signature = twilio.getExpectedTwilioSignature(token, signed, {})
    const check = checkFor({ preset: 'twilio', secret: 'named' }, noKeys)
    const headers = { 'x-twilio-signature': signature }
    expect(twilio.validateRequest(token, signature, url, {})).toBe(true)
    expect(await check({ method: 'GET', url, headers, bytes: Buffer.alloc(0) }, [token], now)).toMatchObject({ isTrusted: true })
  })

  test('an address that is none is signed by nobody', async () => {
    const check = checkFor({ preset: 'twilio', secret: 'named' }, noKeys)
    const headers = { 'x-twilio-signature': 'AAAA' }
    const url = 'http://hooks.test:80http://elsewhere/hooks/abc'
    expect(await check({ method: 'GET', url, headers, bytes: Buffer.alloc(0) }, [token], now)).toMatchObject({
      reason: 'signature_wrong',
    })
  })
})
