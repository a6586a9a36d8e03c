import type { Watched } from './watchdog.ts'
import { createRecentCodes, mostCodes } from './recent-codes.ts'
import type { Spare, Spares } from './spares.ts'

/** What an attempt says of code that is worth being loaded ahead. */
export interface LoadedAhead {
  hash: string
  memoryMb: number
  cpuMs: number
  /** Its time and chance are the recorded ones. */
  isDurable: boolean
  /** False for code that took a runner down while it was loaded. */
  mayPrime: boolean
}

export interface PrimedSpares {
  /** The text of this code: what was sent, or what is kept since it was sent before. */
  codeOf(hash: string, sent: string): string
  /** An isolate in which this very code was loaded, if there is one; nobody else gets it. */
  take(ahead: LoadedAhead): Spare | undefined
  /** This code has done its work once more. */
  onDone(ahead: LoadedAhead, attemptId: number): void
  /** Makes what is missing, one after the other; called when there is nothing better to do. */
  refill(): void
}

interface Hot extends LoadedAhead {
  code: string
  runs: number
  lastId: number
  /** Loading it asks for something that each run must ask for itself, or is too large to be kept. */
  isImpossible: boolean
  ready: Spare[]
}

/** Hot is what ran so often in this runner. */
const hotAfterRuns = 2
const mostOfOne = 2
/** One for each code that is kept, and then some. */
const mostPrimed = mostCodes
const loadWithinMs = 5_000
/** Heaps that are larger once the code is loaded are not kept for a run that may never come. */
const mostHeapBytes = 24 * 1024 * 1024

/**
 * Keeps isolates in which the code of busy steps is loaded already, packages and all, while no run has given it
 * anything to see. What loading may not do here is all that could make it differ from loading in the run itself: log,
 * call, set a timer, fail, ask for the time (the packages of code without durable steps may: they are used to being
 * loaded long before) or, in durable code, for chance. Code that does is loaded in each run.
 */
export function createPrimedSpares(options: {
  spares: Spares
  most: number
  watch: () => { add(watched: Watched): void; release(watched: Watched): void }
  onLost: (id: number, kind: string, hash: string) => void
}): PrimedSpares {
  const known = new Map<string, Hot>()
  const recent = createRecentCodes()
  const most = Math.min(options.most, mostPrimed)
  let isMaking = false

  recent.onForgotten((hash) => {
    for (const spare of known.get(hash)?.ready ?? []) spare.isolate.dispose()
    known.delete(hash)
  })

  async function load(hot: Hot): Promise<Spare | undefined> {
    const spare = await options.spares.make(hot.memoryMb)
    const { isolate, context, deliver } = spare
    const cpuMs = () => (isolate.isDisposed ? 0 : Number(isolate.cpuTime) / 1e6)
    spare.cpuBeforeMs = cpuMs()
    let isPrimed = false
    let isOdd = false
    spare.hear = (kind) => {
      if (kind === 'primed') isPrimed = true
      else isOdd = true
    }
    spare.onLost = () => options.onLost(hot.lastId, 'memory_limit', hot.hash)
    let isBusy = true
    const watched: Watched = {
      id: hot.lastId,
      priming: hot.hash,
      limits: { cpuMs: hot.cpuMs, wallMs: loadWithinMs, memoryMb: hot.memoryMb, resultBytes: 0 },
      deadlineMs: performance.now() + loadWithinMs,
      isBusy: () => isBusy,
      cpuMs: () => cpuMs() - (spare.cpuBeforeMs ?? 0) + spare.askedMs,
      fail: () => {
        isOdd = true
        if (!isolate.isDisposed) isolate.dispose()
        options.watch().release(watched)
      },
    }
    options.watch().add(watched)
    try {
      const readied = deliver.apply(undefined, ['prime'])
      await Promise.all([readied, context.eval(hot.code, { filename: 'step.ts' })])
      await deliver.apply(undefined, ['arePrimed', hot.isDurable ? 1 : 0])
    } catch {
      // It fails in the run as well, which is where somebody is told.
      isOdd = true
    } finally {
      isBusy = false
      options.watch().release(watched)
    }
    // What it said on its way may still be queued behind this.
    await new Promise((resolve) => setImmediate(resolve))
    const isSmall = !isolate.isDisposed && (await heapBytes(spare)) < mostHeapBytes
    if (isPrimed && !isOdd && isSmall) return spare
    if (!isolate.isDisposed) isolate.dispose()
    return undefined
  }

  function refill(): void {
    if (isMaking) return
    const hots = [...known.values()]
    const next = hots
      .filter(
        ({ runs, isImpossible, mayPrime, ready }) =>
          runs >= hotAfterRuns && !isImpossible && mayPrime && ready.length < mostOfOne,
      )
      .toSorted((a, b) => a.ready.length - b.ready.length)[0]
    if (next === undefined) return
    if (hots.reduce((count, { ready }) => count + ready.length, 0) >= most) {
      // The first of one is worth more than the second of another.
      const rich = hots.find(({ ready }) => ready.length > 1)
      if (next.ready.length > 0 || rich === undefined) return
      rich.ready.pop()?.isolate.dispose()
    }
    isMaking = true
    void load(next)
      .then(
        (spare) => {
          if (spare === undefined) next.isImpossible = true
          else if (known.get(next.hash) === next) next.ready.push(spare)
          else spare.isolate.dispose()
        },
        () => {
          next.isImpossible = true
        },
      )
      .finally(() => {
        isMaking = false
        refill()
      })
  }

  return {
    codeOf(hash, sent) {
      recent.use(hash)
      const before = known.get(hash)
      if (before !== undefined) return before.code
      known.set(hash, {
        ...{ hash, code: sent, runs: 0, lastId: 0, isImpossible: false, ready: [] },
        ...{ memoryMb: 0, cpuMs: 0, isDurable: false, mayPrime: false },
      })
      return sent
    },
    take({ hash, memoryMb }) {
      const hot = known.get(hash)
      return hot?.memoryMb === memoryMb ? hot.ready.shift() : undefined
    },
    onDone(ahead, attemptId) {
      const hot = known.get(ahead.hash)
      if (hot === undefined) return
      // Limits that were changed meanwhile hold for what is loaded from now on.
      if (hot.memoryMb !== ahead.memoryMb) for (const spare of hot.ready.splice(0)) spare.isolate.dispose()
      Object.assign(hot, ahead, { runs: hot.runs + 1, lastId: attemptId })
    },
    refill,
  }
}

async function heapBytes({ isolate }: Spare): Promise<number> {
  const heap = await isolate.getHeapStatistics()
  return heap.used_heap_size + heap.externally_allocated_size
}
