import { useSyncExternalStore } from 'react'

/** One clock a page: all times on it step together, and nothing ticks while nothing watches. */
const watchers = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher)
  // The clock stood still while nothing watched. React looks again right after subscribing, so the first one sees this.
  if (timer === undefined) {
    now = Date.now()
    timer = setInterval(tick, 1000)
  }
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  now = Date.now()
  for (const watcher of watchers) watcher()
}

/** The time, to the second. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => now))
}
