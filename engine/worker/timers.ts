import type { EngineTime } from './engine-time.ts'

/** Calls back at engine times, all with one sleeper. */
export interface Timers {
  /** Gives a function that takes it back. */
  at(engineTimeMs: number, call: () => void): () => void
  close(): void
}

interface Timer {
  at: number
  call: () => void
  isOff: boolean
}

export function createTimers(time: EngineTime): Timers {
  const heap: Timer[] = []
  let sleeping: { until: number; abort: AbortController } | undefined
  let isClosed = false

  function arrange(): void {
    while (heap[0]?.isOff) pop(heap)
    const first = heap[0]
    if (!first || isClosed || (sleeping && sleeping.until <= first.at)) return
    sleeping?.abort.abort()
    const abort = new AbortController()
    const mine = { until: first.at, abort }
    sleeping = mine
    void time.clock.sleepUntil(first.at, time.now(), abort.signal).then(() => {
      // Not at once: what is due over and over must leave room for everything else.
      setImmediate(() => {
        if (sleeping !== mine) return
        sleeping = undefined
        fire()
      })
    })
  }

  function fire(): void {
    const now = time.now()
    for (let first = heap[0]; first && (first.isOff || first.at <= now); first = heap[0]) {
      pop(heap)
      if (!first.isOff && !isClosed) first.call()
    }
    arrange()
  }

  return {
    at(engineTimeMs, call) {
      const timer = { at: engineTimeMs, call, isOff: false }
      push(heap, timer)
      arrange()
      return () => {
        timer.isOff = true
      }
    },
    close() {
      isClosed = true
      sleeping?.abort.abort()
    },
  }
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length
  heap.push(timer)
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above]
    if (!parent || parent.at <= timer.at) break
    heap[at] = parent
    at = above
  }
  heap[at] = timer
}

function pop(heap: Timer[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    const left = heap[below]
    if (!left) break
    const right = heap[below + 1]
    if (right && right.at < left.at) below++
    const child = heap[below]
    if (!child || child.at >= last.at) break
    heap[at] = child
    at = below
  }
  heap[at] = last
}
