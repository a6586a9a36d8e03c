import { type Work, findWork } from '../db/find-work.ts'
import type { Database } from '../db/database.ts'
import type { Log } from '../ports.ts'
import type { EngineTime } from './engine-time.ts'

export interface LookoutOptions {
  database: Database
  log: Log
  time: EngineTime
  leaseMs: number
  isHeard(): boolean
  onWork(work: Work): void
}

/**
 * Looks from time to time at all that may be left to do, with one statement: processes tell each other what there is, and
 * this finds what was never told, by a process that died before or over a connection that was gone. It finds work and
 * does none: whoever does it looks by itself.
 */
export interface Lookout {
  start(): void
  stop(): Promise<void>
}

const idleLookMs = 5000
/** For a process that hears nothing. */
const unheardLookMs = 500
/** What an event's own process has not done by then, it does no more. */
export const leftAfterMs = 3000

export function createLookout({ database, log, time, leaseMs, isHeard, onWork }: LookoutOptions): Lookout {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let looking = Promise.resolve()

  function lookLater(): void {
    // Where a dead worker's runs are found soon, so is what else it has left.
    const afterMs = isHeard() ? Math.min(idleLookMs, leaseMs / 3) : unheardLookMs
    timer = setTimeout(() => {
      looking = look()
    }, afterMs)
    timer.unref()
  }

  async function look(): Promise<void> {
    try {
      const work = await findWork(database, time.now() - leftAfterMs)
      if (!isStopped) onWork(work)
    } catch (error) {
      log.warn({ err: error }, 'What is left to do could not be looked for; trying again')
    }
    if (!isStopped) lookLater()
  }

  return {
    start: lookLater,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}
