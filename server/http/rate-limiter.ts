export interface Rate {
  /** So many at once, and so many again in every `perMs`. */
  limit: number
  perMs: number
}

/** Counts what each key does. */
export interface RateLimiter {
  /** Counts one, and gives 0; or, when it is too many, counts nothing and gives the milliseconds until one is free. */
  take(key: string): number
  /** What `take` would give, without counting. */
  waitMs(key: string): number
}

/**
 * Limits how often each key does something. All that is kept of a key is the time at which everything it did is worked
 * off. Whatever keys come, no more than twice `mostKeys` are remembered: those that were quiet longest are forgotten.
 */
export function createRateLimiter(
  { limit, perMs }: Rate,
  { mostKeys = 20_000, now = () => performance.now() }: { mostKeys?: number; now?: () => number } = {},
): RateLimiter {
  const intervalMs = perMs / limit
  // Two generations: what nobody touched in a whole one is worked off, or gives way to others.
  let recent = new Map<string, number>()
  let earlier = new Map<string, number>()
  let bornAt = now()

  function workedOffAt(key: string, at: number): number {
    return Math.max(recent.get(key) ?? earlier.get(key) ?? 0, at)
  }

  return {
    take(key) {
      const at = now()
      if (at - bornAt >= perMs || recent.size >= mostKeys) {
        earlier = at - bornAt >= 2 * perMs ? new Map<string, number>() : recent
        recent = new Map()
        bornAt = at
      }
      const until = workedOffAt(key, at) + intervalMs
      const waitMs = until - perMs - at
      // Fractions of a millisecond are rounding, not haste.
      if (waitMs > 0.001) return waitMs
      recent.set(key, until)
      return 0
    },
    waitMs(key) {
      const at = now()
      const waitMs = workedOffAt(key, at) + intervalMs - perMs - at
      return waitMs > 0.001 ? waitMs : 0
    },
  }
}
