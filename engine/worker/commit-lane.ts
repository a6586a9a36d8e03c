import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { commitRuns } from '../db/commit-runs.ts'
import type { Database } from '../db/database.ts'
import { isDataError } from '../db/is-data-error.ts'
import { isDuplicate } from '../db/is-duplicate.ts'
import { isUsual } from '../db/usual-writes.ts'
import { findWritten, type RunWrites, writeBatch, type WrittenRun } from '../db/write-batch.ts'
import { failpoint } from '../failpoint.ts'
import { channel } from './hints.ts'
import type { Log } from '../ports.ts'

/** What became of one run's writes: committed, another worker's by now, or nothing the database can ever store. */
export type Outcome = WrittenRun | 'lost' | Error

/** A connection of its own that writes one batch at a time. */
export interface CommitLane {
  /** Rides out a database that is away. Gives what became of each run of the batch, in its order. */
  write(batch: readonly RunWrites[]): Promise<Outcome[]>
  /** Gives the connection back; what is written afterwards takes another. Nothing may be under way. */
  release(): void
}

/** Commits that notify wait for each other: only where few are expected do others hear of a run as it is committed. */
const fewRuns = 4
const notification = [channel, JSON.stringify({ kind: 'ready' })] as const

export function createCommitLane(options: {
  database: Database
  log: Log
  worker(): string
  /** Whether to give up instead of waiting for a database that is away. */
  isClosed(): boolean
  /** Others were told, in the very commit, that there is something to claim. */
  onTold(): void
}): CommitLane {
  const { database, log } = options
  let client: PoolClient | undefined

  async function write(batch: readonly RunWrites[]): Promise<Outcome[]> {
    const written = await writeUntilAnswered(batch)
    if (!(written instanceof Error)) return batch.map((_, index) => written.get(index) ?? 'lost')
    if (batch.length === 1) return [written]
    // One run's data stands in the way of the others: find it, write the rest.
    const middle = batch.length >> 1
    return [...(await write(batch.slice(0, middle))), ...(await write(batch.slice(middle)))]
  }

  /** Gives the error when it is the data that is at fault. */
  async function writeUntilAnswered(batch: readonly RunWrites[]): Promise<Map<number, WrittenRun> | Error> {
    let isRepeated = false
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 2000)) {
      try {
        client ??= await database.writer()
        database.counters.statements++
        database.counters.commits++
        if (!isRepeated) {
          passFailpoints(batch, 'before-commit')
          const written = await writeOnce(client, batch)
          passFailpoints(batch, 'after-commit')
          return written
        }
        return await writeAgain(client, batch)
      } catch (error) {
        // The earlier statement ended only after the look-up, under this one's feet: look again.
        if (isRepeated && isDuplicate(error)) continue
        // What makes too long a text here will not be shorter the next time.
        if (isDataError(error) || error instanceof RangeError) return error
        // Whether it was committed is unknown, as is whether the connection can be used.
        client?.release(true)
        client = undefined
        isRepeated = true
        if (options.isClosed()) return new Map()
        log.warn({ err: error }, 'Checkpoints could not be written; trying again')
        await sleep(pauseMs)
      }
    }
  }

  async function writeOnce(connection: PoolClient, batch: readonly RunWrites[]): Promise<Map<number, WrittenRun>> {
    if (!batch.every(isUsual)) return writeBatch(connection, options.worker(), batch)
    const tells = batch.length <= fewRuns && batch.some(({ create }) => create && !create.owned && create.dueAt === null)
    const written = await commitRuns(connection, options.worker(), batch, tells ? notification : undefined)
    if (!written) return writeBatch(connection, options.worker(), batch)
    if (tells) options.onTold()
    return written
  }

  /** The answer to an earlier write of this batch was lost: what it did is looked up, the rest is written now. */
  async function writeAgain(connection: PoolClient, batch: readonly RunWrites[]): Promise<Map<number, WrittenRun>> {
    const there = await findWritten(connection, batch)
    const missing = batch.flatMap((writes, index) => (there.has(index) ? [] : [{ writes, index }]))
    if (missing.length === 0) return there
    const written = await writeBatch(
      connection,
      options.worker(),
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

  return {
    write,
    release() {
      client?.release()
      client = undefined
    },
  }
}

function passFailpoints(batch: readonly RunWrites[], side: 'before-commit' | 'after-commit'): void {
  if (batch.some((writes) => writes.create)) failpoint(`ingest.${side}`)
  if (batch.some((writes) => writes.finish)) failpoint(`finish.${side}`)
  failpoint(`checkpoint.${side}`)
}
