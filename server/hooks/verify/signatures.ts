import { createHmac, timingSafeEqual } from 'node:crypto'

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512'

export function hmacOf(algorithm: HmacAlgorithm, secret: string | Uint8Array, ...parts: (string | Uint8Array)[]): Buffer {
  const hmac = createHmac(algorithm, secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

/** Compares in a time that tells nothing of where they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

/** The bytes of a signature as it was written; undefined when it isn't written so. */
export function bytesFrom(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  const pattern = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i : /^[A-Za-z0-9+/_-]+={0,2}$/
  return pattern.test(text) ? Buffer.from(text, encoding) : undefined
}

/** Whether the signature was made of these parts with one of the secrets; all are tried, so that time tells nothing. */
export function isSignedBy(
  secrets: readonly (string | Uint8Array)[],
  algorithm: HmacAlgorithm,
  signature: Uint8Array,
  ...parts: (string | Uint8Array)[]
): boolean {
  return isAnySignedBy(secrets, algorithm, [signature], ...parts)
}

/** The same for a request that bears several: a stranger can list thousands, the parts are gone through once a secret. */
export function isAnySignedBy(
  secrets: readonly (string | Uint8Array)[],
  algorithm: HmacAlgorithm,
  signatures: readonly Uint8Array[],
  ...parts: (string | Uint8Array)[]
): boolean {
  return secrets
    .map((secret) => hmacOf(algorithm, secret, ...parts))
    .flatMap((expected) => signatures.map((signature) => isSame(expected, signature)))
    .includes(true)
}

export type Age = 'fresh' | 'old' | 'missing'

/** How old a sender's time is, in seconds since 1970 (milliseconds are understood too), either way of the clock. */
export function ageOf(timestamp: string | undefined, toleranceSeconds: number, nowMs: number): Age {
  if (timestamp === undefined || !/^\d{1,16}$/.test(timestamp)) return 'missing'
  const seconds = timestamp.length > 11 ? Number(timestamp) / 1000 : Number(timestamp)
  return Math.abs(nowMs / 1000 - seconds) <= toleranceSeconds ? 'fresh' : 'old'
}
