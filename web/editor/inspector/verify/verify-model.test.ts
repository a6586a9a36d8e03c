import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { knownSenders, WebhookVerify } from '#shared/webhook-verify.ts'
import { presets, readVerify, secretsIn, withField, withPreset, withSecrets, writeVerify } from './verify-model.ts'

const text = fc.string({ minLength: 1 })
const secret = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 2 }))
/** Any check there can be, complete or not. */
const anyCheck: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ preset: fc.constantFrom(...knownSenders), secret }, { requiredKeys: ['preset'] }),
  fc.record(
    {
      preset: fc.constant('hmac'),
      secret,
      algorithm: fc.constantFrom('sha1', 'SHA-256', 'sha-384', 'Sha512'),
      header: text,
      encoding: fc.constantFrom('hex', 'base64'),
      prefix: fc.string(),
      timestampHeader: text,
      toleranceSeconds: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    },
    { requiredKeys: ['preset'] },
  ),
  fc.record({ preset: fc.constant('header'), header: text, secret }, { requiredKeys: ['preset'] }),
  fc.record({ preset: fc.constant('basic'), user: fc.string(), secret }, { requiredKeys: ['preset'] }),
  fc.record(
    { preset: fc.constant('jwt'), jwksUrl: fc.webUrl(), secret, audience: fc.string(), issuer: fc.string() },
    { requiredKeys: ['preset'] },
  ),
)

describe('what is stored', () => {
  test('is drawn and written again as it was, whatever kind of check it is and however complete', () =>
    fc.assert(
      fc.property(anyCheck, (value) => {
        const drawn = readVerify(value)
        expect(drawn && writeVerify(drawn)).toEqual(value)
      }),
    ))

  test('is shown as text where the form would lose something of it', () => {
    const odd: Json[] = [
      null,
      'github',
      [],
      {},
      { preset: 'gitlab', secret: 'a' },
      { preset: 'github', secret: 'a', note: 'mine' },
      { preset: 'github', secret: 7 },
      { preset: 'github', secret: [] },
      { preset: 'github', secret: ['a', 'b', 'c'] },
      { preset: 'header', header: { name: 'X' }, secret: 'a' },
      { preset: 'hmac', secret: 'a', toleranceSeconds: '60' },
      { preset: 'basic', user: 'me', secret: 'a', header: 'X' },
    ]
    for (const value of odd) expect({ value, drawn: readVerify(value) }).toEqual({ value, drawn: undefined })
  })
})

describe('a change', () => {
  test('of the kind takes the secrets along and leaves behind what only the kind before knew', () => {
    const before = readVerify({
      preset: 'hmac',
      secret: ['a', 'b'],
      algorithm: 'sha1',
      header: 'X',
      encoding: 'hex',
      prefix: 'v=',
    })
    expect(before && writeVerify(withPreset(before, 'stripe'))).toEqual({ preset: 'stripe', secret: ['a', 'b'] })
    expect(writeVerify(withPreset(undefined, 'github'))).toEqual({ preset: 'github' })
  })

  test('to any kind is complete once the secret, and what only the sender knows, is filled in', () => {
    for (const preset of presets) {
      const filled = withSecrets(withPreset(undefined, preset), 'a', undefined)
      expect({ preset, ok: WebhookVerify.safeParse(writeVerify(filled)).success }).toEqual({ preset, ok: true })
    }
  })

  test('of the secrets keeps one name as a name and two as a list', () => {
    const github = withPreset(undefined, 'github')
    const one = withSecrets(github, 'a', undefined)
    const two = withSecrets(one, 'a', 'b')
    expect([one, two, withSecrets(two, 'b', undefined)].map((check) => check.fields['secret'])).toEqual(['a', ['a', 'b'], 'b'])
    expect(secretsIn(two)).toEqual({ first: 'a', second: 'b' })
    expect(secretsIn(github)).toEqual({ first: '', second: undefined })
    expect(secretsIn(withField(github, 'secret', ['a']))).toEqual({ first: 'a', second: undefined })
  })
})
