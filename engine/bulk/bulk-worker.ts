import { AppError, isAppError } from '#shared/errors.ts'
import { advanceBulkJob, type BulkRow, claimBulkJob } from '../db/bulk-jobs.ts'
import { type BulkOutcome, insertDone, insertRefused } from '../db/bulk-outcomes.ts'
import type { Database } from '../db/database.ts'
import { listWaits } from '../db/find-run.ts'
import { isDuplicate } from '../db/is-duplicate.ts'
import { listRuns } from '../db/list-runs.ts'
import type { Bulk, BulkFilter, Engine, InSameTransaction } from '../engine-api.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../ports.ts'

export interface BulkWorkerOptions {
  database: Database
  log: Log
  now(): number
  act: Pick<Engine, 'retryRun' | 'cancelRun' | 'replayRun' | 'moveRun' | 'resolveStep'>
}

/** Works off bulk actions, whichever process was asked for them. */
export interface BulkWorker {
  /** Looks now whether there is something to do. */
  look(): void
  stop(): Promise<void>
}

/** A process that dies leaves its job to the others after this. */
const leaseMs = 30_000
/** Several runs are seen to at once, so that a rate is kept whatever a single one takes. */
const mostAtOnce = 10
const batchesASecond = 4
const pauseAfterErrorMs = 5000

export function createBulkWorker(options: BulkWorkerOptions): BulkWorker {
  const { database, log } = options
  let isStopped = false
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isWanted = false

  function look(): void {
    if (isStopped) return
    isWanted = true
    working ??= workOff().finally(() => {
      working = undefined
    })
  }

  async function workOff(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false
      try {
        const { job, nextInMs } = await claimBulkJob(database, leaseMs)
        if (job) {
          isWanted = true
          await goOnWith(options, job)
        } else if (nextInMs !== undefined) lookIn(Math.max(1, nextInMs))
      } catch (error) {
        log.warn({ err: error }, 'A bulk action came to a stop; it goes on after a moment')
        lookIn(pauseAfterErrorMs)
      }
    }
  }

  function lookIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(look, ms)
    timer.unref()
  }

  return {
    look,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await working
    },
  }
}

/** Sees to the next few runs of a job, and notes how far it has come only afterwards: none is left out by a crash. */
async function goOnWith(options: BulkWorkerOptions, job: BulkRow): Promise<void> {
  const { database, now } = options
  const begun = performance.now()
  const filter: BulkFilter = JSON.parse(job.filter)
  const size = Math.max(1, Math.floor(job.rate / batchesASecond))
  const runs = await listRuns(
    database,
    { ...filter, workspaceId: job.workspaceId, cursor: job.beforeRun, limit: size },
    size,
    now(),
  )
  for (let at = 0; at < runs.length; at += mostAtOnce) {
    await Promise.all(runs.slice(at, at + mostAtOnce).map(({ id }) => seeTo(options, job, id)))
  }
  failpoint('bulk.before-advance')
  const isLast = runs.length < size
  const pace = (1000 * runs.length) / job.rate - (performance.now() - begun)
  await advanceBulkJob(database, job, {
    beforeRun: runs.at(-1)?.id ?? job.beforeRun,
    handled: runs.length,
    nextInMs: isLast ? undefined : Math.max(0, pace),
  })
}

/** Does to one run what is asked, once: what was done is noted in the very transaction that does it. */
async function seeTo({ database, act }: BulkWorkerOptions, job: BulkRow, runId: string): Promise<void> {
  const { workspaceId, askedBy: by } = job
  const how = howOf(job)
  const outcome = (path: string): BulkOutcome => ({ workspaceId, jobId: job.id, runId, path, outcome: 'done', detail: null })
  const once = async (path: string, doIt: (also: InSameTransaction) => Promise<void>): Promise<void> => {
    try {
      await doIt((client) => insertDone(client, outcome(path)))
    } catch (error) {
      if (isDuplicate(error)) return
      if (!isAppError(error)) throw error
      await insertRefused(database, { ...outcome(path), outcome: error.code, detail: error.message })
    }
  }
  switch (job.action) {
    case 'retry':
      return once('', (also) => act.retryRun(workspaceId, runId, by, also))
    case 'cancel':
      return once('', (also) => act.cancelRun(workspaceId, runId, by, how.cancel?.when ?? 'now', also))
    case 'replay':
      return once('', async () => {
        await act.replayRun(workspaceId, runId, { ...how.replay, by }, (client, newId) =>
          insertDone(client, { ...outcome(''), detail: newId }),
        )
      })
    case 'move':
      return once('', async (also) => {
        const { move } = how
        if (!move) throw new AppError('invalid_request', 'The bulk action does not say which version.')
        const [obstacle] = await act.moveRun(workspaceId, runId, { ...move, by }, also)
        if (obstacle) throw new AppError('move_blocked', obstacle.message)
      })
    case 'resolve': {
      const { resolve = { action: 'retry' } } = how
      const waits = await listWaits(database, workspaceId, runId)
      for (const { path, kind } of waits) {
        const isAsked = resolve.path === undefined || resolve.path === path
        if ((kind === 'attention' || kind === 'inDoubt') && isAsked)
          await once(path, (also) => act.resolveStep(workspaceId, runId, path, { ...resolve, by }, also))
      }
    }
  }
}

function howOf(job: BulkRow): Pick<Bulk, 'replay' | 'resolve' | 'move' | 'cancel'> {
  const { replay, ...rest } = JSON.parse(job.how)
  return {
    ...rest,
    ...(replay ? { replay: { ...replay, ...(replay.outputs ? { outputs: new Map(replay.outputs) } : {}) } } : {}),
  }
}
