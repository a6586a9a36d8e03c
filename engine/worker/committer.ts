import { PassingMap } from '#shared/passing-map.ts'
import { type CommitLane, createCommitLane, type Outcome } from './commit-lane.ts'
import type { Database } from '../db/database.ts'
import { emptyWrites } from '../db/empty-writes.ts'
import type { RunWrites } from '../db/write-batch.ts'
import type { Log } from '../ports.ts'

/** A run as its writer knows it: whom to tell what became of its writes. */
export interface Committing {
  readonly workspaceId: string
  readonly runId: string
  readonly epoch: number
  /** Whoever started it hears of it no sooner than of its answer. */
  readonly isAwaited?: boolean
  onCommitted(arrived: number): void
  /** It belongs to somebody else now, or was never admitted: nothing of these writes happened. */
  onLost(): void
  /** The database can't store what was written, and never will. */
  onRefused(writes: RunWrites, error: unknown): void
}

/**
 * Writes for many runs with few commits. Whatever falls due while statements are under way goes out together with the
 * next one; when nothing is under way the next turn of the event loop writes at once.
 */
export interface Committer {
  /** What the run wants committed, to be added to. It goes out with the next flush, whoever asks for that. */
  writesOf(run: Committing): RunWrites
  /** Resolves once everything written for the run so far is committed; rejects with `LostRun` when it never will be. */
  durable(run: Committing): Promise<void>
  /** What becomes of what the run wants committed now, whoever asks for it to be written; settled also for whoever looks later. */
  outcomeOf(run: Committing): Promise<void>
  /** Asks for a flush without waiting for it. */
  flushSoon(): void
  /** Resolves when nothing is left to write. */
  idle(): Promise<void>
  /** Whether the run has so much to write that it had better wait until that is done. */
  isFull(run: Committing): boolean
  /** Forgets what a run that is no longer ours wanted. */
  forget(run: Committing): void
  setWorker(workerId: string): void
  close(): Promise<void>
  readonly checkpoints: number
}

/** Nothing the run wanted to write was written: it is another worker's. */
export class LostRun extends Error {
  constructor(runId: string, options?: ErrorOptions) {
    super(`${runId} is no longer this worker's`, options)
    this.name = 'LostRun'
  }
}

interface Entry {
  run: Committing
  writes: RunWrites
  sinceMs: number
  /** Somebody waits for it, here or outside. */
  isWanted: boolean
  done: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

/** What one statement carries at the most; more goes into the next one. */
const maxRunsAFlush = 1000
/** About so much data, and what one run has beyond it: texts have a greatest length here, and messages there. */
const maxSizeAFlush = 16 * 1024 ** 2
/** Checkpoints nobody waits for are written no later than this. */
const lingerMs = 25
/**
 * A run that nobody has heard of yet, and that has touched nothing outside, isn't written by the way: as a rule it is
 * over before this long, and one statement instead of two holds the whole of it.
 */
const unheardMs = 100
/**
 * Statements under way at once, each on its own connection and never with the same run in two: while the database
 * works on one, this process works on what the other has answered.
 */
const laneCount = 2
/** With nothing under way, more runs than this are shared out among the lanes; fewer are cheaper together. */
const shareAbove = 16

export interface CommitterOptions {
  database: Database
  log: Log
  workerId: string
  /** These writes are committed. */
  onWritten?(writes: RunWrites): void
  /** Others were told, in the very commit, that there is something to claim. */
  onTold(): void
}

export function createCommitter({ database, log, workerId, onWritten, onTold }: CommitterOptions): Committer {
  let worker = workerId
  let isClosed = false
  let isScheduled = false
  let linger: NodeJS.Timeout | undefined
  let checkpoints = 0
  const pending = new PassingMap<Committing, Entry>()
  const underWay = new PassingMap<Committing, Entry>()
  const idleWaiters: (() => void)[] = []
  const lanes = Array.from({ length: laneCount }, () =>
    createCommitLane({ database, log, worker: () => worker, isClosed: () => isClosed, onTold }),
  )
  const free = [...lanes]

  function entryOf(run: Committing): Entry {
    const known = pending.get(run)
    if (known) return known
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    promise.catch(() => undefined) // Those who care wait for it; a lost run is told by `onLost`.
    const entry: Entry = {
      ...{ run, writes: emptyWrites(run), done: promise, resolve, reject },
      ...{ sinceMs: performance.now(), isWanted: isClosed },
    }
    pending.set(run, entry)
    lingerOn()
    return entry
  }

  function lingerOn(): void {
    linger ??= setTimeout(() => {
      linger = undefined
      schedule()
    }, lingerMs)
  }

  function mayWait({ run, writes, isWanted, sinceMs }: Entry): boolean {
    return !isWanted && writes.create !== undefined && run.isAwaited === true && performance.now() - sinceMs < unheardMs
  }

  function schedule(): void {
    if (isScheduled || free.length === 0 || pending.size === 0) return
    isScheduled = true
    // Not a microtask: all that becomes due in this turn of the event loop shares one statement.
    setImmediate(flush)
  }

  function flush(): void {
    isScheduled = false
    clearTimeout(linger)
    linger = undefined
    const isShared = free.length === lanes.length && pending.size > shareAbove
    const share = isShared ? Math.ceil(pending.size / lanes.length) : pending.size
    for (let lane = free.at(-1); lane; lane = free.at(-1)) {
      const entries = take(Math.min(share, maxRunsAFlush))
      if (entries.length === 0) break
      free.pop()
      void send(lane, entries)
    }
    // What waited out its time, or was passed over, is looked at again.
    if (pending.size > 0) lingerOn()
  }

  /** The oldest that may go out: what follows writes still under way waits for their answer. */
  function take(most: number): Entry[] {
    const taken: Entry[] = []
    let size = 0
    for (const [run, entry] of pending) {
      if (taken.length === most || size >= maxSizeAFlush) break
      if (underWay.has(run) || mayWait(entry)) continue
      pending.delete(run)
      underWay.set(run, entry)
      taken.push(entry)
      size += entry.writes.size
    }
    return taken
  }

  async function send(lane: CommitLane, entries: readonly Entry[]): Promise<void> {
    const outcomes = await lane.write(entries.map((entry) => entry.writes))
    for (const [index, entry] of entries.entries()) {
      underWay.delete(entry.run)
      settle(entry, outcomes[index] ?? 'lost')
    }
    free.push(lane)
    if (isClosed && pending.size === 0) lane.release()
    schedule()
    tellIfIdle()
  }

  function tellIfIdle(): void {
    if (underWay.size === 0 && pending.size === 0) for (const resolve of idleWaiters.splice(0)) resolve()
  }

  function settle(entry: Entry, outcome: Outcome): void {
    const { run, writes } = entry
    if (outcome === 'lost') {
      forget(run)
      run.onLost()
      entry.reject(new LostRun(run.runId))
    } else if (outcome instanceof Error) {
      log.error({ runId: run.runId, err: outcome }, 'A checkpoint can’t be stored')
      forget(run)
      entry.reject(new LostRun(run.runId, { cause: outcome }))
      run.onRefused(writes, outcome)
    } else {
      checkpoints += writes.events.length
      onWritten?.(writes)
      run.onCommitted(outcome.arrived)
      entry.resolve()
    }
  }

  function forget(run: Committing): void {
    const entry = pending.get(run)
    if (!entry) return
    pending.delete(run)
    entry.reject(new LostRun(run.runId))
    tellIfIdle()
  }

  return {
    writesOf: (run) => entryOf(run).writes,
    async durable(run) {
      const entry = pending.get(run)
      if (entry) {
        entry.isWanted = true
        schedule()
        return entry.done
      }
      await underWay.get(run)?.done
    },
    outcomeOf: (run) => entryOf(run).done,
    flushSoon: schedule,
    idle() {
      if (underWay.size === 0 && pending.size === 0) return Promise.resolve()
      for (const entry of pending.values()) entry.isWanted = true
      schedule()
      return new Promise((resolve) => idleWaiters.push(resolve))
    },
    isFull: (run) => (pending.get(run)?.writes.size ?? 0) >= maxSizeAFlush,
    forget,
    setWorker(id) {
      worker = id
    },
    async close() {
      // What is still written afterwards, such as a run accepted while the server ends, gives the connection back itself.
      isClosed = true
      for (const lane of free) lane.release()
    },
    get checkpoints() {
      return checkpoints
    },
  }
}
