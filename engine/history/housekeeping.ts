import { forgetBulkJobs } from '../db/bulk-jobs.ts'
import { takeChore } from '../db/chores.ts'
import type { Database } from '../db/database.ts'
import { forgetApprovals } from '../db/forget-approvals.ts'
import { forgetPublished } from '../db/forget-published.ts'
import { keepPartitions } from '../db/keep-partitions.ts'
import type { Retention } from '../engine-api.ts'
import type { Log } from '../ports.ts'
import { forgetOldRuns } from './forget-old-runs.ts'
import type { WordReader } from './word-reader.ts'

export interface Housekeeping {
  start(): void
  /** Resolves once what is under way has ended. */
  stop(): Promise<void>
}

const everyMs = 6 * 3_600_000
/** How long one can see what became of a bulk action. */
const bulkJobsKeptMs = 30 * 86_400_000
const thirtyDays: Retention = { days: 30, ofFlows: () => Promise.resolve([]) }

/** Keeps days ready that rows will belong to, and forgets what is older than anybody wants. Nothing waits for it. */
export function createHousekeeping(options: {
  database: Database
  log: Log
  now(): number
  words: WordReader
  retention: Retention | undefined
  /** Whether this process takes its turn at forgetting. */
  forgets: boolean
}): Housekeeping {
  const { database, log, now } = options
  const stopped = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let underWay = Promise.resolve()

  /** What fails now is done the next time. */
  async function tidy(): Promise<void> {
    if (options.forgets) options.words.readMissed()
    const jobs = await Promise.allSettled([keepPartitions(database, now()), forget()])
    for (const job of jobs)
      if (job.status === 'rejected') log.warn({ err: job.reason }, 'Housekeeping failed; it is tried again later')
  }

  async function forget(): Promise<void> {
    if (!options.forgets || !(await takeChore(database, 'forget old runs', everyMs / 2))) return
    await forgetOldRuns({ database, signal: stopped.signal }, options.retention ?? thirtyDays, now())
    while (!stopped.signal.aborted && (await forgetPublished(database, now())));
    await forgetBulkJobs(database, now() - bulkJobsKeptMs)
    while (!stopped.signal.aborted && (await forgetApprovals(database)));
  }

  return {
    start() {
      underWay = tidy()
      timer = setInterval(() => {
        underWay = tidy()
      }, everyMs)
      timer.unref()
    },
    stop() {
      clearInterval(timer)
      stopped.abort()
      return underWay
    },
  }
}
