import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { exportJWK, exportSPKI, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEgress } from '#engine/index.ts'
import { createLog } from '../../log.ts'
import { checkJwt } from './jwt.ts'
import { createKeySets, type FindKeys } from './key-sets.ts'
import { checkStandardWebhooks } from './standard-webhooks.ts'
import type { Check, SignedRequest } from './verdict.ts'

const now = Date.UTC(2031, 4, 6, 12)
const seconds = now / 1000
const body = Buffer.from('{"a":1}')
const request = (headers: { [name: string]: string }): SignedRequest => ({
  method: 'POST',
  url: 'https://hooks.test/hooks/abc',
  headers,
  bytes: body,
})
const verdict = (check: Check, headers: { [name: string]: string }, ...secrets: string[]) =>
  Promise.resolve(check(request(headers), secrets, now))

describe('Standard Webhooks with a public key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`
  const signed = `msg_1.${seconds}.${body.toString()}`
  const headers = (signature: string) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature,
  })
  const right = `v1a,${signWith(null, Buffer.from(signed), privateKey).toString('base64')}`

  test('is believed by its signature, also among others, and beside a shared secret', async () => {
    expect(await verdict(checkStandardWebhooks, headers(right), key)).toEqual({ isTrusted: true })
    expect(await verdict(checkStandardWebhooks, headers(`v1,AAAA v1a,AAAA ${right}`), 'whsec_AAAA', key)).toEqual({
      isTrusted: true,
    })
    expect(await verdict(checkStandardWebhooks, headers(right), `whpk_${Buffer.alloc(32).toString('base64')}`)).toMatchObject({
      reason: 'signature_wrong',
    })
  })

  test('is not believed when somebody signs with the public key as if that were a secret', async () => {
    for (const asKey of [key, key.slice('whpk_'.length)].map((text) => Buffer.from(text, 'base64'))) {
      const forged = `v1,${createHmac('sha256', asKey).update(signed).digest('base64')}`
      expect(await verdict(checkStandardWebhooks, headers(forged), key)).toMatchObject({ reason: 'signature_wrong' })
    }
  })

  test('thousands of signatures are looked through for the right one; of those by public keys only the first eight', async () => {
    const secret = `whsec_${Buffer.from('a shared key').toString('base64')}`
    const shared = `v1,${createHmac('sha256', 'a shared key').update(signed).digest('base64')}`
    expect(await verdict(checkStandardWebhooks, headers(`${'v1,AAAA '.repeat(2000)}${shared}`), secret)).toEqual({
      isTrusted: true,
    })
    const other = `v1a,${Buffer.alloc(64).toString('base64')} `
    expect(await verdict(checkStandardWebhooks, headers(other.repeat(7) + right), key)).toEqual({ isTrusted: true })
    expect(await verdict(checkStandardWebhooks, headers(other.repeat(8) + right), key)).toMatchObject({
      reason: 'signature_wrong',
    })
  })

  test('a secret without a key in it believes nobody', async () => {
    const forged = `v1,${createHmac('sha256', '').update(signed).digest('base64')}`
    for (const secret of ['whsec_', '!!', 'whpk_'])
      expect(await verdict(checkStandardWebhooks, headers(forged), secret)).toMatchObject({ reason: 'signature_wrong' })
  })
})

describe('a token and a public key', () => {
  const noKeys: FindKeys = async () => 'keys_unavailable'
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const token = () => new SignJWT({}).setIssuedAt(seconds).setExpirationTime(seconds + 300)

  test('the key may stand in the secret as PEM, as its bytes alone, as JSON, a list or a set; never does it count as a shared secret', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const right = await token().setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
    const pem = await exportSPKI(publicKey)
    const bare = pem.replaceAll(/-----[^-]*-----|\s/g, '')
    const inJson = [JSON.stringify(jwk), JSON.stringify([jwk]), JSON.stringify({ keys: [jwk] }, null, 2)]
    const written = [pem, bare, bare.replaceAll(/(.{64})/g, '$1\n'), ...inJson]
    for (const secret of written) {
      expect(await verdict(checkJwt({}, noKeys), bearer(right), secret)).toEqual({ isTrusted: true })
      const forged = await token().setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret))
      expect(await verdict(checkJwt({}, noKeys), bearer(forged), secret)).toMatchObject({ reason: 'signature_wrong' })
    }
  })
})

describe('keys published at an address that change', () => {
  let published: Server
  let url: string
  let keys: JSONWebKeySet
  let asked: number
  let status: number

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    asked = 0
    status = 200
    published = createServer((_req, res) => {
      asked += 1
      res.statusCode = status
      res.end(JSON.stringify(keys))
    })
    await new Promise<void>((resolve) => published.listen(0, '127.0.0.1', resolve))
    const address = published.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`
  })
  afterEach(() => {
    vi.useRealTimers()
    published.close()
  })

  async function pair(kid?: string) {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const named = kid === undefined ? {} : { kid }
    return {
      jwk: { ...(await exportJWK(publicKey)), alg: 'ES256', ...named },
      headers: async () => ({
        authorization: `Bearer ${await new SignJWT({})
          .setExpirationTime(seconds + 300)
          .setProtectedHeader({ alg: 'ES256', ...named })
          .sign(privateKey)}`,
      }),
    }
  }

  const check = () => {
    const keySets = createKeySets({ fetch: createEgress({ allowPrivate: ['127.0.0.0/8'] }), log: createLog('silent') })
    return checkJwt({ jwksUrl: url }, (address, mayBeOld) => keySets.find(address, mayBeOld, []))
  }

  test('a new key counts at once, an old one no longer after ten minutes, and strangers can’t make us ask without end', async () => {
    const [first, second, unknown] = [await pair('1'), await pair('2'), await pair('3')]
    keys = { keys: [first.jwk] }
    const looks = check()
    expect(await verdict(looks, await first.headers())).toEqual({ isTrusted: true })
    expect(await verdict(looks, await first.headers())).toEqual({ isTrusted: true })
    expect(asked).toBe(1)

    keys = { keys: [second.jwk] }
    vi.advanceTimersByTime(31_000)
    expect(await verdict(looks, await second.headers())).toEqual({ isTrusted: true })
    expect(asked).toBe(2)
    for (let times = 0; times < 20; times += 1)
      expect(await verdict(looks, await unknown.headers())).toMatchObject({ reason: 'signature_wrong' })
    expect(asked).toBe(2)
    expect(await verdict(looks, await first.headers())).toMatchObject({ reason: 'signature_wrong' })
  })

  test('while they can’t be had, those known until then go on counting, and without any it is said so', async () => {
    const first = await pair('1')
    keys = { keys: [first.jwk] }
    status = 500
    const looks = check()
    expect(await verdict(looks, await first.headers())).toMatchObject({ reason: 'keys_unavailable' })
    status = 200
    vi.advanceTimersByTime(31_000)
    expect(await verdict(looks, await first.headers())).toEqual({ isTrusted: true })
    status = 500
    vi.advanceTimersByTime(11 * 60_000)
    expect(await verdict(looks, await first.headers())).toEqual({ isTrusted: true })
  })

  test('of keys without names, as some publish while one is changed for another, any may be the one', async () => {
    const [first, second, third] = [await pair(), await pair(), await pair()]
    keys = { keys: [first.jwk, second.jwk] }
    const looks = check()
    for (const one of [first, second]) expect(await verdict(looks, await one.headers())).toEqual({ isTrusted: true })
    expect(await verdict(looks, await third.headers())).toMatchObject({ reason: 'signature_wrong' })
    keys = { keys: [second.jwk, third.jwk] }
    vi.advanceTimersByTime(31_000)
    expect(await verdict(looks, await third.headers())).toEqual({ isTrusted: true })
  })
})
