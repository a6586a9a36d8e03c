import { ageOf, bytesFrom, isAnySignedBy } from './signatures.ts'
import { isSignedWithEd25519 } from './ed25519.ts'
import { type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

const toleranceSeconds = 300

/**
 * `v1,<base64>` over `<id>.<seconds>.<body>`, several apart by spaces; `v1a` with a public key. The names Svix gave the
 * headers are understood too. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const checkStandardWebhooks: Check = (request, secrets, nowMs) => {
  const named = (name: string) => headerOf(request, `webhook-${name}`) ?? headerOf(request, `svix-${name}`)
  const id = named('id')
  const signatures = named('signature')
  if (signatures === undefined || id === undefined) return distrust('signature_missing')
  const timestamp = named('timestamp')
  const age = ageOf(timestamp, toleranceSeconds, nowMs)
  if (age === 'missing') return distrust('timestamp_missing')
  if (age === 'old') return distrust('timestamp_old')
  const begin = `${id}.${timestamp}.`
  if (!request.bytes) return undecided
  return isSigned(signatures.split(' '), secrets, begin, request.bytes) ? trusted : distrust('signature_wrong')
}

/** More than that nobody has keys in use; each takes going through the body. */
const mostByPublicKey = 8
const publicKeyPrefix = 'whpk_'

function isSigned(written: readonly string[], secrets: readonly string[], begin: string, bytes: Buffer): boolean {
  const signaturesOf = (version: string) =>
    written
      .filter((one) => one.startsWith(`${version},`))
      .map((one) => bytesFrom(one.slice(version.length + 1), 'base64'))
      .filter((signature) => signature !== undefined)
  // A public key is known to anybody: it must never do as a shared one.
  const shared = secrets.filter((secret) => !secret.startsWith(publicKeyPrefix)).map(keyFrom)
  const usable = shared.filter((key) => key.byteLength > 0)
  if (isAnySignedBy(usable, 'sha256', signaturesOf('v1'), begin, bytes)) return true
  const publicKeys = secrets.filter((secret) => secret.startsWith(publicKeyPrefix))
  if (publicKeys.length === 0) return false
  const signed = Buffer.concat([Buffer.from(begin), bytes])
  return signaturesOf('v1a')
    .slice(0, mostByPublicKey)
    .some((signature) =>
      publicKeys.some((key) => isSignedWithEd25519(Buffer.from(key.slice(publicKeyPrefix.length), 'base64'), signed, signature)),
    )
}

/** Secrets come as base64, with or without what says so. */
function keyFrom(secret: string): Uint8Array {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
}
