import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { type Database } from './db/database.ts'
import { isDuplicate } from './db/is-duplicate.ts'
import { findWritten, type RunWrites, writeBatch, type WrittenRun } from './db/write-batch.ts'
import { failpoint } from './failpoint.ts'
import type { Log } from './ports.ts'

/** A run as its writer knows it: whom to tell what became of its writes. */
export interface Committing {
  readonly workspaceId: string
  readonly runId: string
  readonly epoch: number
  onCommitted(arrived: number): void
  /** It belongs to somebody else now, or was never admitted: nothing of these writes happened. */
  onLost(): void
  /** The database can't store what was written, and never will. */
  onRefused(writes: RunWrites, error: unknown): void
}

/**
 * Writes for many runs with few commits. Whatever falls due while a statement is under way goes out together with the
 * next one; when nothing is under way the next turn of the event loop writes at once.
 */
export interface Committer {
  /** What the run wants committed, to be added to. It goes out with the next flush, whoever asks for that. */
  writesOf(run: Committing): RunWrites
  /** Resolves once everything written for the run so far is committed; rejects with `LostRun` when it never will be. */
  durable(run: Committing): Promise<void>
  /** Asks for a flush without waiting for it. */
  flushSoon(): void
  /** Resolves when nothing is left to write. */
  idle(): Promise<void>
  /** Forgets what a run that is no longer ours wanted. */
  forget(run: Committing): void
  setWorker(workerId: string): void
  close(): Promise<void>
  readonly checkpoints: number
}

/** Nothing the run wanted to write was written: it is another worker's. */
export class LostRun extends Error {
  constructor(runId: string) {
    super(`${runId} is no longer this worker's`)
    this.name = 'LostRun'
  }
}

interface Entry {
  run: Committing
  writes: RunWrites
  done: Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

/** What one statement carries at the most; more goes into the next one. */
const maxRunsAFlush = 1000
/** Checkpoints nobody waits for are written no later than this. */
const lingerMs = 25

export interface CommitterOptions {
  database: Database
  log: Log
  workerId: string
  /** These writes are committed. */
  onWritten?(writes: RunWrites): void
}

export function createCommitter({ database, log, workerId, onWritten }: CommitterOptions): Committer {
  let worker = workerId
  let client: PoolClient | undefined
  let pending = new Map<Committing, Entry>()
  let underWay: Map<Committing, Entry> | undefined
  let isScheduled = false
  let linger: NodeJS.Timeout | undefined
  let isClosed = false
  let checkpoints = 0
  let idleWaiters: (() => void)[] = []

  function entryOf(run: Committing): Entry {
    const known = pending.get(run)
    if (known) return known
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    promise.catch(() => undefined) // Those who care wait for it; a lost run is told by `onLost`.
    const entry: Entry = { run, writes: emptyWrites(run), done: promise, resolve, reject }
    pending.set(run, entry)
    linger ??= setTimeout(() => {
      linger = undefined
      schedule()
    }, lingerMs)
    return entry
  }

  function schedule(): void {
    if (isScheduled || underWay || pending.size === 0) return
    isScheduled = true
    // Not a microtask: all that becomes due in this turn of the event loop shares one statement.
    setImmediate(() => void flushAll())
  }

  async function flushAll(): Promise<void> {
    isScheduled = false
    if (underWay) return
    clearTimeout(linger)
    linger = undefined
    const taken = takePending()
    underWay = taken
    await write([...taken.values()])
    underWay = undefined
    if (pending.size > 0) return schedule()
    if (isClosed) releaseClient()
    for (const resolve of idleWaiters.splice(0)) resolve()
  }

  function releaseClient(): void {
    client?.release()
    client = undefined
  }

  function takePending(): Map<Committing, Entry> {
    if (pending.size <= maxRunsAFlush) {
      const taken = pending
      pending = new Map()
      return taken
    }
    const entries = [...pending]
    pending = new Map(entries.slice(maxRunsAFlush))
    return new Map(entries.slice(0, maxRunsAFlush))
  }

  async function write(entries: Entry[]): Promise<void> {
    const written = await writeUntilAnswered(entries)
    if (written instanceof Error) return halve(entries, written)
    for (const [index, entry] of entries.entries()) {
      const result = written.get(index)
      if (result) {
        checkpoints += entry.writes.events.length
        onWritten?.(entry.writes)
        entry.run.onCommitted(result.arrived)
        entry.resolve()
      } else {
        forget(entry.run)
        entry.run.onLost()
        entry.reject(new LostRun(entry.run.runId))
      }
    }
  }

  /** One run's data stands in the way of the others: find it, write the rest. */
  async function halve(entries: Entry[], error: Error): Promise<void> {
    if (entries.length > 1) {
      const middle = entries.length >> 1
      await write(entries.slice(0, middle))
      return write(entries.slice(middle))
    }
    for (const entry of entries) {
      log.error({ runId: entry.run.runId, err: error }, 'A checkpoint can’t be stored')
      forget(entry.run)
      entry.reject(new LostRun(entry.run.runId))
      entry.run.onRefused(entry.writes, error)
    }
  }

  /** Rides out a database that is away. Gives the error when it is the data that is at fault. */
  async function writeUntilAnswered(entries: Entry[]): Promise<Map<number, WrittenRun> | Error> {
    const batch = entries.map((entry) => entry.writes)
    let isRepeated = false
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 2000)) {
      try {
        client ??= await database.writer()
        database.counters.statements++
        database.counters.commits++
        if (!isRepeated) {
          passFailpoints(batch, 'before-commit')
          const written = await writeBatch(client, worker, batch)
          passFailpoints(batch, 'after-commit')
          return written
        }
        return await writeAgain(client, batch)
      } catch (error) {
        // The earlier statement ended only after the look-up, under this one's feet: look again.
        if (isRepeated && isDuplicate(error)) continue
        if (isDataError(error)) return error
        // Whether it was committed is unknown, as is whether the connection can be used.
        client?.release(true)
        client = undefined
        isRepeated = true
        if (isClosed) return new Map()
        log.warn({ err: error }, 'Checkpoints could not be written; trying again')
        await sleep(pauseMs)
      }
    }
  }

  /** The answer to an earlier write of this batch was lost: what it did is looked up, the rest is written now. */
  async function writeAgain(connection: PoolClient, batch: RunWrites[]): Promise<Map<number, WrittenRun>> {
    const there = await findWritten(connection, batch)
    const missing = batch.flatMap((writes, index) => (there.has(index) ? [] : [{ writes, index }]))
    if (missing.length === 0) return there
    const written = await writeBatch(
      connection,
      worker,
      missing.map(({ writes }) => writes),
    )
    for (const [place, result] of written) {
      const index = missing[place]?.index
      if (index !== undefined) there.set(index, result)
    }
    if (there.size === batch.length) return there
    // What is not written now may have been let go or ended by the earlier statement, after the look-up.
    return new Map([...there, ...(await findWritten(connection, batch))])
  }

  function forget(run: Committing): void {
    const entry = pending.get(run)
    if (!entry) return
    pending.delete(run)
    entry.reject(new LostRun(run.runId))
  }

  return {
    writesOf: (run) => entryOf(run).writes,
    async durable(run) {
      const entry = pending.get(run)
      if (entry) {
        schedule()
        return entry.done
      }
      await underWay?.get(run)?.done
    },
    flushSoon: schedule,
    idle() {
      if (!underWay && pending.size === 0) return Promise.resolve()
      schedule()
      return new Promise((resolve) => idleWaiters.push(resolve))
    },
    forget,
    setWorker(id) {
      worker = id
    },
    async close() {
      // What is still written afterwards, such as a run accepted while the server ends, gives the connection back itself.
      isClosed = true
      if (!underWay) releaseClient()
    },
    get checkpoints() {
      return checkpoints
    },
  }
}

function passFailpoints(batch: readonly RunWrites[], side: 'before-commit' | 'after-commit'): void {
  if (batch.some((writes) => writes.create)) failpoint(`ingest.${side}`)
  if (batch.some((writes) => writes.finish)) failpoint(`finish.${side}`)
  failpoint(`checkpoint.${side}`)
}

function emptyWrites(run: Committing): RunWrites {
  return {
    workspaceId: run.workspaceId,
    runId: run.runId,
    epoch: run.epoch,
    create: undefined,
    events: [],
    opened: new Map(),
    closed: new Set(),
    logs: [],
    metrics: [],
    release: undefined,
    finish: undefined,
  }
}

/** Wrong data (class 22), a broken rule (23) or a limit of the server's (54): repeating can't help. */
function isDataError(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(22|23|54)/.test(code)
}
