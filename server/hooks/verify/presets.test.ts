import { generateKeyPairSync, sign as signWith } from 'node:crypto'
import { sign as signAsGithub } from '@octokit/webhooks-methods'
import { verifyKey as isDiscords } from 'discord-interactions'
import { getHmac as signAsShopify } from '@shopify/shopify-api/test-helpers'
import { exportJWK, exportSPKI, type JSONWebKeySet, SignJWT } from 'jose'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import twilio from 'twilio'
import { describe, expect, test } from 'vitest'
import { checkDiscord } from './discord.ts'
import { checkGithub } from './github.ts'
import { checkHmac } from './hmac.ts'
import { checkJwt } from './jwt.ts'
import type { FindKeys } from './key-sets.ts'
import { checkShopify } from './shopify.ts'
import { hmacOf } from './signatures.ts'
import { checkSlack } from './slack.ts'
import { checkStandardWebhooks } from './standard-webhooks.ts'
import { checkStripe } from './stripe.ts'
import { checkBasic, checkHeader } from './tokens.ts'
import { checkTwilio } from './twilio.ts'
import type { Check, SignedRequest } from './verdict.ts'

const now = Date.UTC(2031, 4, 6, 12)
const seconds = now / 1000
const body = '{"id":"evt_1",  "n":12345678901234567890,"text":"ü \\u0000"}'
const secret = 'a secret of the sender'

function request(headers: { [name: string]: string }, more: Partial<SignedRequest> = {}): SignedRequest {
  return { method: 'POST', url: 'https://hooks.test/hooks/abc?x=1', headers, bytes: Buffer.from(body), ...more }
}

const verdict = (check: Check, sent: SignedRequest, ...secrets: string[]) =>
  Promise.resolve(check(sent, secrets.length === 0 ? [secret] : secrets, now))

/** Right with either of two secrets; refused with another secret, body or none at all. */
async function holds(check: Check, sent: SignedRequest, right = secret, wrong = 'another'): Promise<void> {
  expect(await verdict(check, sent, right)).toMatchObject({ isTrusted: true })
  expect(await verdict(check, sent, wrong, right)).toMatchObject({ isTrusted: true })
  expect(await verdict(check, sent, wrong)).toMatchObject({ reason: 'signature_wrong' })
  expect(await verdict(check, { ...sent, bytes: Buffer.from(`${sent.bytes?.toString()} `) }, right)).toMatchObject({
    reason: 'signature_wrong',
  })
  expect(await verdict(check, { ...sent, headers: {} }, right)).toMatchObject({ reason: 'signature_missing' })
  // Before the body has come nothing speaks against it.
  expect(await verdict(check, { ...sent, bytes: undefined }, right)).toEqual({ isTrusted: undefined })
}

describe('what the senders’ own libraries sign is believed, and nothing else', () => {
  test('GitHub, by @octokit/webhooks-methods', async () => {
    const sent = request({ 'x-hub-signature-256': await signAsGithub(secret, body) })
    await holds(checkGithub, sent)
    const sha1 = request({ 'x-hub-signature': `sha1=${hmacOf('sha1', secret, body).toString('hex')}` })
    expect(await verdict(checkGithub, sha1)).toMatchObject({ reason: 'signature_missing' })
  })

  test('Stripe, by stripe', async () => {
    const headerAt = (timestamp: number) =>
      new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload: body, secret, timestamp })
    await holds(checkStripe, request({ 'stripe-signature': headerAt(seconds) }))
    const old = request({ 'stripe-signature': headerAt(seconds - 301) })
    expect(await verdict(checkStripe, old)).toMatchObject({ reason: 'timestamp_old' })
    const rolled = `t=${seconds},v1=${'0'.repeat(64)},v1=${hmacOf('sha256', secret, `${seconds}.${body}`).toString('hex')},v0=00`
    expect(await verdict(checkStripe, request({ 'stripe-signature': rolled }))).toMatchObject({ isTrusted: true })
  })

  test('Standard Webhooks, by standardwebhooks, and with Svix’s names of headers', async () => {
    const key = `whsec_${Buffer.from('a key of some length').toString('base64')}`
    const signature = new Webhook(key).sign('msg_1', new Date(now), body)
    const named = (name: string) =>
      request({ [`${name}-id`]: 'msg_1', [`${name}-timestamp`]: String(seconds), [`${name}-signature`]: `v1,AAAA ${signature}` })
    const other = `whsec_${Buffer.from('another').toString('base64')}`
    await holds(checkStandardWebhooks, named('webhook'), key, other)
    await holds(checkStandardWebhooks, named('svix'), key, other)
    const renamed = { ...named('webhook'), headers: { ...named('webhook').headers, 'webhook-id': 'msg_2' } }
    expect(await verdict(checkStandardWebhooks, renamed, key)).toMatchObject({ reason: 'signature_wrong' })
  })

  test('Twilio, by twilio: forms, other bodies by their checksum, with and without the port', async () => {
    const fields = { To: '+1', Body: 'a b&c', A: 'x' }
    const form = Buffer.from(new URLSearchParams(fields).toString())
    const url = 'https://hooks.test/hooks/abc?x=1'
    const signed = (address: string, params: { [name: string]: string }) =>
      twilio.getExpectedTwilioSignature(secret, address, params)
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const sent = request({ ...type, 'x-twilio-signature': signed(url, fields) }, { bytes: form })
    expect(await verdict(checkTwilio, sent)).toMatchObject({ isTrusted: true })
    expect(await verdict(checkTwilio, sent, 'another')).toMatchObject({ reason: 'signature_wrong' })
    expect(await verdict(checkTwilio, { ...sent, bytes: Buffer.from('To=%2B2&Body=a+b%26c&A=x') })).toMatchObject({
      reason: 'signature_wrong',
    })
    const ported = signed('https://hooks.test:443/hooks/abc?x=1', fields)
    expect(await verdict(checkTwilio, request({ ...type, 'x-twilio-signature': ported }, { bytes: form }))).toMatchObject({
      isTrusted: true,
    })
    const summed = `${url}&bodySHA256=${twilio.getExpectedBodyHash(body)}`
    const jsonSent = request({ 'content-type': 'application/json', 'x-twilio-signature': signed(summed, {}) }, { url: summed })
    await holds(checkTwilio, jsonSent)
    // Nobody vouches for a body whose checksum isn't signed.
    expect(await verdict(checkTwilio, request({ 'x-twilio-signature': signed(url, {}) }))).toMatchObject({
      reason: 'signature_wrong',
    })
  })

  test('Discord, checked beside discord-interactions; its PING is answered', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const hex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
    const signed = (text: string) => {
      const signature = signWith(null, Buffer.from(`${seconds}${text}`), privateKey).toString('hex')
      return request({ 'x-signature-ed25519': signature, 'x-signature-timestamp': String(seconds) }, { bytes: Buffer.from(text) })
    }
    await holds(checkDiscord, signed(body), hex, other)
    expect(await isDiscords(body, String(signed(body).headers['x-signature-ed25519']), String(seconds), hex)).toBe(true)
    expect(await verdict(checkDiscord, signed('{"type":1}'), hex)).toMatchObject({ answer: { body: '{"type":1}' } })
  })
})

describe('what is signed as the sender’s documentation says', () => {
  test('Slack, whose check of the address is answered', async () => {
    const signed = (text: string, at = seconds) =>
      request(
        {
          'x-slack-signature': `v0=${hmacOf('sha256', secret, `v0:${at}:${text}`).toString('hex')}`,
          'x-slack-request-timestamp': String(at),
        },
        { bytes: Buffer.from(text) },
      )
    await holds(checkSlack, signed(body))
    expect(await verdict(checkSlack, signed(body, seconds - 301))).toMatchObject({ reason: 'timestamp_old' })
    expect(await verdict(checkSlack, signed('{"type":"url_verification","challenge":"c"}'))).toMatchObject({
      answer: { status: 200, body: 'c' },
    })
  })

  test('Slack’s look at the certificate, which it doesn’t sign, and nothing like it', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const asking = (text: string, headers = {}) =>
      verdict(checkSlack, request({ ...form, 'content-length': String(text.length), ...headers }, { bytes: Buffer.from(text) }))
    expect(await asking('ssl_check=1&token=abc')).toEqual({
      isTrusted: true,
      answer: { status: 200, type: 'text/plain', body: '' },
    })
    const begun = request({ ...form, 'content-length': '21' }, { bytes: undefined })
    expect(await verdict(checkSlack, begun)).toEqual({ isTrusted: undefined })
    for (const text of ['ssl_check=0', 'command=%2Fdo&text=ssl_check', `ssl_check=1&more=${'x'.repeat(5000)}`])
      expect(await asking(text)).toMatchObject({ reason: 'signature_missing' })
    expect(await asking('ssl_check=1', { 'content-type': 'application/json' })).toMatchObject({ reason: 'signature_missing' })
    // Whoever signs says something, and is checked.
    expect(await asking('ssl_check=1', { 'x-slack-signature': 'v0=00' })).toMatchObject({ isTrusted: false })
  })

  test('Shopify', () =>
    holds(checkShopify, request({ 'x-shopify-hmac-sha256': hmacOf('sha256', secret, body).toString('base64') })))

  test('as GitHub, Shopify and Stripe do, by their libraries: hexadecimal after a word, base64 alone, and with a time', async () => {
    const github = checkHmac({ algorithm: 'sha256', encoding: 'hex', header: 'X-Hub-Signature-256', prefix: 'sha256=' })
    await holds(github, request({ 'x-hub-signature-256': await signAsGithub(secret, body) }))
    const shopify = checkHmac({ algorithm: 'sha256', encoding: 'base64', header: 'X-Shopify-Hmac-Sha256' })
    await holds(shopify, request({ 'x-shopify-hmac-sha256': signAsShopify(body, secret) }))
    const header = new Stripe('sk_test_x').webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds })
    const [, time = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(header) ?? []
    const stripe = checkHmac({ algorithm: 'sha256', encoding: 'hex', header: 'X-Sign', timestampHeader: 'X-Time' })
    await holds(stripe, request({ 'x-sign': signature, 'x-time': time }))
  })

  test('a signature of one’s own, in each encoding, with a prefix and a time that is signed too', async () => {
    for (const algorithm of ['sha1', 'sha256', 'sha384', 'sha512'] as const)
      for (const encoding of ['hex', 'base64'] as const)
        await holds(
          checkHmac({ algorithm, encoding, header: 'X-Sign', prefix: 'v=' }),
          request({ 'x-sign': `v=${hmacOf(algorithm, secret, body).toString(encoding)}` }),
        )
    const timed = checkHmac({
      algorithm: 'SHA-256',
      encoding: 'hex',
      header: 'X-Sign',
      timestampHeader: 'X-Time',
      toleranceSeconds: 60,
    })
    const at = (time: number, signed = time) =>
      request({ 'x-time': String(time), 'x-sign': hmacOf('sha256', secret, `${signed}.${body}`).toString('hex') })
    await holds(timed, at(seconds))
    expect(await verdict(timed, at(seconds - 61))).toMatchObject({ reason: 'timestamp_old' })
    expect(await verdict(timed, at(seconds, seconds - 61))).toMatchObject({ reason: 'signature_wrong' })
    expect(await verdict(timed, request({ 'x-sign': hmacOf('sha256', secret, body).toString('hex') }))).toMatchObject({
      reason: 'timestamp_missing',
    })
  })

  test('a secret in a header, and user and password', async () => {
    for (const value of [secret, `Bearer ${secret}`])
      expect(await verdict(checkHeader('X-Token'), request({ 'x-token': value }))).toEqual({ isTrusted: true })
    expect(await verdict(checkHeader('X-Token'), request({ 'x-token': 'no' }))).toMatchObject({ reason: 'signature_wrong' })
    expect(await verdict(checkHeader('X-Token'), request({}))).toMatchObject({ reason: 'signature_missing' })
    const basic = (pair: string) => request({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
    expect(await verdict(checkBasic('me'), basic(`me:${secret}`))).toEqual({ isTrusted: true })
    expect(await verdict(checkBasic('me'), basic(`you:${secret}`))).toMatchObject({ reason: 'signature_wrong' })
  })
})

describe('a token', () => {
  const noKeys: FindKeys = async () => 'keys_unavailable'
  const bearer = (token: string) => request({ authorization: `Bearer ${token}` })
  const token = (claims: object = {}) => new SignJWT({ ...claims }).setIssuedAt(seconds).setExpirationTime(seconds + 300)

  test('is signed with the secret, for us, by whom we expect, and not over yet', async () => {
    const key = Buffer.from(secret.padEnd(32, '.'))
    const check = checkJwt({ audience: 'us', issuer: 'them' }, noKeys)
    const signed = (one: SignJWT) => one.setProtectedHeader({ alg: 'HS256' }).sign(key)
    const right = await signed(token({ aud: 'us', iss: 'them' }))
    expect(await verdict(check, bearer(right), key.toString())).toEqual({ isTrusted: true })
    expect(await verdict(check, bearer(right), 'another'.padEnd(32, '.'))).toMatchObject({ reason: 'signature_wrong' })
    expect(await verdict(check, bearer(await signed(token({ aud: 'others', iss: 'them' }))), key.toString())).toMatchObject({
      reason: 'signature_wrong',
    })
    const over = await signed(token({ aud: 'us', iss: 'them' }).setExpirationTime(seconds - 61))
    expect(await verdict(check, bearer(over), key.toString())).toMatchObject({ reason: 'timestamp_old' })
  })

  test('is never believed for an algorithm of its own choice', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spki = await exportSPKI(publicKey)
    const check = checkJwt({}, noKeys)
    const right = await token().setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
    expect(await verdict(check, bearer(right), spki)).toEqual({ isTrusted: true })
    // Signed with the public key as if that were a secret.
    const forged = await token().setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(spki))
    expect(await verdict(check, bearer(forged), spki)).toMatchObject({ reason: 'signature_wrong' })
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${right.split('.')[1]}.`
    expect(await verdict(check, bearer(unsigned), spki)).toMatchObject({ reason: 'signature_wrong' })
  })

  test('is signed with a published key, also one that was published since they were last asked for', async () => {
    const [first, second] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
    if (!first || !second) throw new Error('Two keys were made')
    const jwk = async (pair: typeof first, kid: string) => ({ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256' })
    const old: JSONWebKeySet = { keys: [await jwk(first, 'one')] }
    const fresh: JSONWebKeySet = { keys: [...old.keys, await jwk(second, 'two')] }
    const findKeys: FindKeys = async (_, mayBeOld) => (mayBeOld ? old : fresh)
    const check = checkJwt({ jwksUrl: 'https://keys.test/' }, findKeys)
    const signed = (pair: typeof first, kid: string) => token().setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey)
    expect(await check(bearer(await signed(first, 'one')), [], now)).toEqual({ isTrusted: true })
    expect(await check(bearer(await signed(second, 'two')), [], now)).toEqual({ isTrusted: true })
    expect(await check(bearer(await signed(second, 'three')), [], now)).toMatchObject({ reason: 'signature_wrong' })
    const unasked = checkJwt({ jwksUrl: 'https://keys.test/' }, noKeys)
    expect(await unasked(bearer(await signed(first, 'one')), [], now)).toMatchObject({ reason: 'keys_unavailable' })
  })
})
