/**
 * At most `limit` instants in any stretch of `perMs`, wherever it begins: the last `limit` of them are remembered, and
 * the next one is free once the first of these is `perMs` ago.
 */
export function freeAt(instants: readonly number[], limit: number, perMs: number): number {
  const first = instants.length < limit ? undefined : instants.at(-limit)
  return first === undefined ? Number.NEGATIVE_INFINITY : first + perMs
}

/** The instants worth remembering with one more. */
export function withInstant(instants: readonly number[], limit: number, at: number): number[] {
  return [...instants, at].slice(-limit)
}
