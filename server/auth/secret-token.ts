import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text, with a prefix that tells what it opens. Shown once; only its hash is kept. */
export function newSecretToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is stored of a token. It has 256 bits of its own, so it needs neither salt nor stretching. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
