import { setTimeout as sleep } from 'node:timers/promises'

/** Whoever asked still waits for an answer: together well under a second. */
const pausesMs = [0, 100, 200, 400]

/**
 * Whether what was written stands although its answer was lost, as somebody on another connection sees it. False says
 * nothing for sure: the database may be away, or at work on it still.
 */
export async function standsAfterAll(isThere: () => Promise<boolean>): Promise<boolean> {
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await sleep(pauseMs)
    if (await isThere().catch(() => false)) return true
  }
  return false
}
