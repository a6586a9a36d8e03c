import { bodyObject } from './body-object.ts'
import { isSignedWithEd25519 } from './ed25519.ts'
import { bytesFrom } from './signatures.ts'
import { answered, type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

const ping = 1

/**
 * Ed25519 over `<timestamp><body>`; the secret is the application's public key, in hex. Its PING is answered here.
 * https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint
 */
export const checkDiscord: Check = (request, secrets) => {
  const header = headerOf(request, 'x-signature-ed25519')
  if (header === undefined) return distrust('signature_missing')
  const timestamp = headerOf(request, 'x-signature-timestamp')
  if (timestamp === undefined) return distrust('timestamp_missing')
  const signature = bytesFrom(header, 'hex')
  if (!signature) return distrust('signature_wrong')
  if (!request.bytes) return undecided
  const signed = Buffer.concat([Buffer.from(timestamp), request.bytes])
  const isSigned = secrets.some((key) => isSignedWithEd25519(bytesFrom(key.trim(), 'hex'), signed, signature))
  if (!isSigned) return distrust('signature_wrong')
  const { type } = bodyObject(request.bytes) ?? {}
  if (type === ping) return answered({ status: 200, type: 'application/json', body: '{"type":1}' })
  return trusted
}
