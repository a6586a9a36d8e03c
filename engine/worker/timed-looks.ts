import type { Log } from '../ports.ts'
import type { Timers } from './timers.ts'
import { createWakeUp } from './wake-up.ts'

export interface TimedLooksOptions {
  timers: Timers
  log: Log
  now(): number
  /**
   * Looks and does what is to be done. Gives the engine time at which there is more, or which has come already;
   * undefined when nothing is known that has a time.
   */
  look(): Promise<number | undefined>
  /** What the log says when it could not. */
  failure: string
}

/** Looks for work that has its time: when somebody says so and when the next time comes, never twice at once. */
export interface TimedLooks {
  now(): void
  /** There is something to do at this engine time. */
  at(engineTimeMs: number): void
  /** Resolves when no look is under way; none begins any more. */
  stop(): Promise<void>
}

export function createTimedLooks({ timers, log, now, look, failure }: TimedLooksOptions): TimedLooks {
  const wakeUp = createWakeUp(timers, lookNow)
  let isWanted = false
  let isStopped = false
  let looking: Promise<void> | undefined

  function lookNow(): void {
    if (isStopped) return
    isWanted = true
    looking ??= lookOn()
  }

  async function lookOn(): Promise<void> {
    let next: number | undefined
    try {
      while (isWanted && !isStopped) {
        isWanted = false
        next = await look()
        if (next !== undefined && next <= now()) isWanted = true
      }
      wakeUp.at(isStopped ? undefined : next)
    } catch (error) {
      // Whoever looks at all that is left to do comes back to it.
      log.warn({ err: error }, failure)
    } finally {
      looking = undefined
      // Wanted once more while this one failed.
      if (isWanted) lookNow()
    }
  }

  return {
    now: lookNow,
    at(engineTimeMs) {
      if (engineTimeMs <= now()) lookNow()
      else if (!isStopped) wakeUp.noLaterThan(engineTimeMs)
    },
    async stop() {
      isStopped = true
      wakeUp.at(undefined)
      await looking
    },
  }
}
