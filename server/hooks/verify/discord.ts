import { createPublicKey, verify } from 'node:crypto'
import { bodyObject } from './body-object.ts'
import { bytesFrom } from './signatures.ts'
import { answered, type Check, distrust, headerOf, trusted } from './verdict.ts'

const ping = 1
/** What comes before the 32 bytes of an Ed25519 key in DER. https://www.rfc-editor.org/rfc/rfc8410 */
const derBegin = Buffer.from('302a300506032b6570032100', 'hex')

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
  const signed = Buffer.concat([Buffer.from(timestamp), request.bytes])
  const isSigned = signature && secrets.some((key) => isSignedWithEd25519(bytesFrom(key.trim(), 'hex'), signed, signature))
  if (!isSigned) return distrust('signature_wrong')
  const { type } = bodyObject(request.bytes) ?? {}
  if (type === ping) return answered({ status: 200, type: 'application/json', body: '{"type":1}' })
  return trusted
}

/** Whether the holder of this public key, as its 32 bytes, signed it. */
export function isSignedWithEd25519(key: Uint8Array | undefined, signed: Uint8Array, signature: Uint8Array): boolean {
  if (key?.byteLength !== 32 || signature.byteLength !== 64) return false
  const publicKey = createPublicKey({ key: Buffer.concat([derBegin, key]), format: 'der', type: 'spki' })
  return verify(null, signed, publicKey, signature)
}
