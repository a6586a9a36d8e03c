import type { Clock } from '../ports.ts'

/** The longest a Node timer can sleep; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/** Real time: the clock for production. */
export const systemClock: Clock = {
  offsetMs: () => 0,
  async sleepUntil(engineTimeMs, nowMs, signal) {
    const end = performance.now() + (engineTimeMs - nowMs)
    for (let left = end - performance.now(); left > 0 && !signal.aborted; left = end - performance.now()) {
      await sleepFor(Math.min(left, longestTimerMs), signal)
    }
  },
}

function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.ceil(ms))
    signal.addEventListener('abort', done, { once: true })
  })
}
