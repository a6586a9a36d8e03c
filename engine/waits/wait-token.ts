import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * `<run id>.<path>.<HMAC>`: names one wait of one run. Making one writes nothing, and none can be guessed.
 * The first key signs, all of them verify, so a key can be replaced while tokens are out.
 */
export function waitToken(signingKeys: readonly Uint8Array[], runId: string, path: string): string {
  const [key] = signingKeys
  if (!key) throw new Error('There is no signing key')
  return `${runId}.${path}.${sign(key, runId, path)}`
}

/** What the token names, or undefined when it is not one of ours. */
export function readWaitToken(signingKeys: readonly Uint8Array[], token: string): { runId: string; path: string } | undefined {
  const first = token.indexOf('.')
  const last = token.lastIndexOf('.')
  if (first < 1 || last <= first) return undefined
  const runId = token.slice(0, first)
  const path = token.slice(first + 1, last)
  // Compared as text: reading base64 overlooks what doesn't belong there, and a token has one spelling only.
  const signature = Buffer.from(token.slice(last + 1))
  const isOurs = signingKeys.some((key) => {
    const expected = Buffer.from(sign(key, runId, path))
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  })
  return isOurs ? { runId, path } : undefined
}

/** What code needs to make the addresses of its own waits, and of no others. */
export function callUrlParts(
  signingKeys: readonly Uint8Array[],
  { hooksUrl, publicUrl }: { hooksUrl: string; publicUrl?: string | undefined },
  runId: string,
  stepPath: string,
): { resume: string; approve: string; named: string; key: string } {
  const [key] = signingKeys
  if (!key) throw new Error('There is no signing key')
  return {
    resume: `${hooksUrl}/resume/`,
    approve: `${publicUrl ?? hooksUrl}/approve/`,
    named: `${runId}.${stepPath}#`,
    key: keyOfCalls(key, runId, stepPath),
  }
}

/** What code waits for is signed by a key that its step alone is given. */
function keyOfCalls(key: Uint8Array, runId: string, stepPath: string): string {
  return createHmac('sha256', key).update(`${runId}.${stepPath}#`).digest('base64url')
}

function sign(key: Uint8Array, runId: string, path: string): string {
  const hash = path.lastIndexOf('#')
  if (hash < 0) return createHmac('sha256', key).update(`${runId}.${path}`).digest('base64url')
  return createHmac('sha256', keyOfCalls(key, runId, path.slice(0, hash)))
    .update(path.slice(hash + 1))
    .digest('base64url')
}
