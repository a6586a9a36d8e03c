import { createHash } from 'node:crypto'

const longest = 200

/** The key all automatic attempts of a step share; another try asked for by a person gets `:2`, `:3` …. */
export function idempotencyKeyOf(runId: string, path: string, tryNumber: number): string {
  const suffix = tryNumber > 1 ? `:${tryNumber}` : ''
  const plain = `${runId}:${encodeURIComponent(path)}${suffix}`
  if (plain.length <= longest) return plain
  return `${runId}:~${createHash('sha256').update(path).digest('base64url')}${suffix}`
}
