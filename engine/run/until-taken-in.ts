import { setTimeout as sleep } from 'node:timers/promises'
import type { Watchers } from '../read/stream-run.ts'

/** How long a caller is held for the run's owner to act; after that it still will. */
const longestWaitMs = 3000
const lookEveryMs = 100

/** Waits until what was asked of a run shows in the database. False: it has yet to, as when no worker is there to act. */
export async function untilTakenIn(watchers: Watchers, runId: string, look: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + longestWaitMs
  for (;;) {
    const looked = new AbortController()
    const told = watchers.next(runId, looked.signal)
    try {
      if (await look()) return true
      if (performance.now() > end) return false
      await Promise.race([told, sleep(lookEveryMs, undefined, { signal: looked.signal }).catch(() => undefined)])
    } finally {
      looked.abort()
    }
  }
}
