import type { Clock } from '../ports.ts'

/** A clock that tests move forward: engine time is the database's plus what was added here. Leases don't notice. */
export interface FakeClock extends Clock {
  advance(ms: number): void
}

export function createFakeClock(): FakeClock {
  let offset = 0
  const sleepers = new Set<() => void>()
  return {
    offsetMs: () => offset,
    advance(ms) {
      offset += ms
      for (const look of [...sleepers]) look()
    },
    sleepUntil(engineTimeMs, nowMs, signal) {
      const begun = performance.now()
      const offsetThen = offset
      return new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined
        const done = () => {
          sleepers.delete(look)
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const look = () => {
          clearTimeout(timer)
          const left = engineTimeMs - nowMs - (performance.now() - begun) - (offset - offsetThen)
          if (left <= 0) done()
          else timer = setTimeout(look, Math.min(left, 2 ** 31 - 1))
        }
        sleepers.add(look)
        signal.addEventListener('abort', done, { once: true })
        look()
      })
    },
  }
}
