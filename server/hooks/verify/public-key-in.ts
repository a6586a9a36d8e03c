import { createPublicKey } from 'node:crypto'

/** The bytes of a key, as some servers show theirs: they begin as a DER sequence does. */
const bareKey = /^M[A-Za-z0-9+/_-]{40,}={0,2}$/

/** The public key that a text is, in PEM, be it written with or without its first and last line; undefined for any other. */
export function publicKeyIn(text: string): string | undefined {
  if (text.includes('-----BEGIN')) return text
  const written = text.replaceAll(/\s/g, '')
  if (!bareKey.test(written)) return undefined
  try {
    const key = createPublicKey({ key: Buffer.from(written, 'base64'), format: 'der', type: 'spki' })
    return key.export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    return undefined
  }
}
