/** One of those who share something that does one piece of work at a time. */
export interface Waiter {
  /** How much of its work waits. */
  waiting: number
  /** Since when it has waited without having had a turn. */
  sinceMs: number
  /** When its last work ended; nothing before the first. */
  endedMs: number
  /** How long that work took. */
  tookMs: number
}

/** Work this short is over before anybody could have minded. */
const shortMs = 1_000

/**
 * Whose turn it is: of those who want one, the one who had the last turn longest ago. Who kept all others waiting for
 * long rests as long again, so that what they have to do piece by piece isn't held up by every piece.
 */
export function nextTurn<W extends Waiter>(waiters: readonly W[], now: number): { next: W } | { inMs: number } | undefined {
  const isAlone = waiters.length === 1
  let best: { waiter: W; fromMs: number } | undefined
  for (const waiter of waiters) {
    if (waiter.waiting === 0) continue
    const fromMs = isAlone || waiter.tookMs < shortMs ? waiter.endedMs : waiter.endedMs + waiter.tookMs
    if (best === undefined || fromMs < best.fromMs) best = { waiter, fromMs }
  }
  if (best === undefined) return undefined
  return best.fromMs <= now ? { next: best.waiter } : { inMs: best.fromMs - now }
}
