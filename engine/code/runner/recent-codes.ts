/** As many as one runner keeps: few flows are busy at once, and a text has up to 5 MiB. */
export const mostCodes = 8

export interface RecentCodes {
  /** Whether this code was among the last ones; it is the last one now. */
  use(hash: string): boolean
  /** Called with the hash of one that isn't among them any more. */
  onForgotten(tell: (hash: string) => void): void
}

/**
 * The codes a runner was sent last. The engine and the runner each keep this list, and both see the same attempts in
 * the same order, so that the engine knows what it needn't send again.
 */
export function createRecentCodes(): RecentCodes {
  const hashes = new Set<string>()
  let forgotten: (hash: string) => void = () => undefined
  return {
    use(hash) {
      const isKnown = hashes.delete(hash)
      hashes.add(hash)
      const [oldest] = hashes
      if (hashes.size > mostCodes && oldest !== undefined) {
        hashes.delete(oldest)
        forgotten(oldest)
      }
      return isKnown
    },
    onForgotten(tell) {
      forgotten = tell
    },
  }
}
