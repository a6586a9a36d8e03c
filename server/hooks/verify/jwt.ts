import { createLocalJWKSet, type CryptoKey, errors, importSPKI, type JSONWebKeySet, jwtVerify, type JWTVerifyOptions } from 'jose'
import { type FindKeys, keysIn } from './key-sets.ts'
import { publicKeyIn } from './public-key-in.ts'
import { type Check, distrust, headerOf, trusted, type Verdict } from './verdict.ts'

export interface JwtSettings {
  jwksUrl?: string | undefined
  audience?: string | undefined
  issuer?: string | undefined
}

const toleranceSeconds = 60
const withSecret = ['HS256', 'HS384', 'HS512']
const withKeys = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/**
 * A token after `Bearer`, signed with a shared secret, with the private key to a public one, or with a key of those
 * published at an address. Which algorithms count is ours to say, never the token's.
 * https://www.rfc-editor.org/rfc/rfc8725
 */
export function checkJwt({ jwksUrl, audience, issuer }: JwtSettings, findKeys: FindKeys): Check {
  return async (request, secrets, nowMs) => {
    const token = /^Bearer\s+(\S+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1]
    if (token === undefined) return distrust('signature_missing')
    const options: JWTVerifyOptions = {
      clockTolerance: toleranceSeconds,
      currentDate: new Date(nowMs),
      ...(audience === undefined ? {} : { audience }),
      ...(issuer === undefined ? {} : { issuer }),
    }
    if (jwksUrl !== undefined) return withKeySet(token, jwksUrl, options, findKeys)
    const verdicts = await Promise.all(secrets.map((secret) => withOneSecret(token, secret, options)))
    return verdicts.find(({ isTrusted }) => isTrusted) ?? verdicts[0] ?? distrust('secret_unavailable')
  }
}

/** A key that isn't among those known may be a new one. */
async function withKeySet(token: string, url: string, options: JWTVerifyOptions, findKeys: FindKeys): Promise<Verdict> {
  for (const mayBeOld of [true, false]) {
    const keys = await findKeys(url, mayBeOld)
    if (typeof keys === 'string') return distrust(keys)
    const verdict = await withKeysOf(keys, token, options)
    if (verdict !== undefined) return verdict
  }
  return distrust('signature_wrong')
}

/** Undefined when none of the keys is the one the token names. */
async function withKeysOf(keys: JSONWebKeySet, token: string, options: JWTVerifyOptions): Promise<Verdict | undefined> {
  const known = { ...options, algorithms: withKeys }
  try {
    await jwtVerify(token, createLocalJWKSet(keys), known)
    return trusted
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined
    if (error instanceof errors.JWKSMultipleMatchingKeys) return withOneOf(error, token, known)
    return distrustFrom(error)
  }
}

/** Of keys without names, as while one is changed for another, any may be the one. */
async function withOneOf(keys: AsyncIterable<CryptoKey>, token: string, options: JWTVerifyOptions): Promise<Verdict | undefined> {
  for await (const key of keys) {
    try {
      await jwtVerify(token, key, options)
      return trusted
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) return distrustFrom(error)
    }
  }
  return undefined
}

async function withOneSecret(token: string, secret: string, options: JWTVerifyOptions): Promise<Verdict> {
  try {
    // Public keys are known to anybody: in whatever way one is written, it must never do as a shared secret.
    const keys = keysIn(secret)
    if (keys !== undefined) return (await withKeysOf(keys, token, options)) ?? distrust('signature_wrong')
    const publicKey = publicKeyIn(secret)
    if (publicKey !== undefined)
      await jwtVerify(token, ({ alg }) => importSPKI(publicKey, alg), { ...options, algorithms: withKeys })
    else await jwtVerify(token, Buffer.from(secret), { ...options, algorithms: withSecret })
    return trusted
  } catch (error) {
    return distrustFrom(error)
  }
}

function distrustFrom(error: unknown): Verdict {
  return distrust(error instanceof errors.JWTExpired ? 'timestamp_old' : 'signature_wrong')
}
