import { createPublicKey, verify } from 'node:crypto'

/** What comes before the 32 bytes of an Ed25519 key in DER. https://www.rfc-editor.org/rfc/rfc8410 */
const derBegin = Buffer.from('302a300506032b6570032100', 'hex')

/** Whether the holder of this public key, as its 32 bytes, signed it. */
export function isSignedWithEd25519(key: Uint8Array | undefined, signed: Uint8Array, signature: Uint8Array): boolean {
  if (key?.byteLength !== 32 || signature.byteLength !== 64) return false
  const publicKey = createPublicKey({ key: Buffer.concat([derBegin, key]), format: 'der', type: 'spki' })
  return verify(null, signed, publicKey, signature)
}
