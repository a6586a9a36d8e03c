import { bytesFrom, ageOf, isSignedBy } from './signatures.ts'
import { isSignedWithEd25519 } from './ed25519.ts'
import { type Check, distrust, headerOf, type SignedRequest, trusted } from './verdict.ts'

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
  const begin = `${id}.${timestamp}.`
  if (!signatures.split(' ').some((one) => isSigned(one, secrets, begin, request))) return distrust('signature_wrong')
  if (age === 'old') return distrust('timestamp_old')
  return trusted
}

function isSigned(written: string, secrets: readonly string[], begin: string, { bytes }: SignedRequest): boolean {
  const [version, text = ''] = written.split(',', 2)
  const signature = bytesFrom(text, 'base64')
  if (!signature) return false
  if (version === 'v1') return isSignedBy(secrets.map(keyFrom), 'sha256', signature, begin, bytes)
  if (version !== 'v1a') return false
  const signed = Buffer.concat([Buffer.from(begin), bytes])
  return secrets.some(
    (secret) =>
      secret.startsWith('whpk_') && isSignedWithEd25519(Buffer.from(secret.slice('whpk_'.length), 'base64'), signed, signature),
  )
}

/** Secrets come as base64, with or without what says so. */
function keyFrom(secret: string): Uint8Array {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
}
