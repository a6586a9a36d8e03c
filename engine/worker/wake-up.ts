import type { Timers } from './timers.ts'

/** One time at which somebody is called; another one takes its place. */
export interface WakeUp {
  /** Calls at this engine time instead of the one before; not at all without one. */
  at(engineTimeMs: number | undefined): void
  /** The same, unless it calls before that anyway. */
  noLaterThan(engineTimeMs: number): void
}

export function createWakeUp(timers: Timers, call: () => void): WakeUp {
  let next: { at: number; cancel: () => void } | undefined

  function at(engineTimeMs: number | undefined): void {
    if (next?.at === engineTimeMs) return
    next?.cancel()
    next = undefined
    if (engineTimeMs === undefined) return
    next = {
      at: engineTimeMs,
      cancel: timers.at(engineTimeMs, () => {
        next = undefined
        call()
      }),
    }
  }

  return {
    at,
    noLaterThan(engineTimeMs) {
      if (!next || next.at > engineTimeMs) at(engineTimeMs)
    },
  }
}
