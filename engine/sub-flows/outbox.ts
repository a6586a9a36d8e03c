import { deleteFailures, loadOutbox } from '../db/load-outbox.ts'
import type { Database } from '../db/database.ts'
import { cancelUnstarted, type EndedRun } from '../db/end-unstarted.ts'
import type { StoredOutboxRow } from '../db/outbox-row.ts'
import { tellRuns, type ToldRun } from '../db/tell-runs.ts'
import type { EngineTime } from '../worker/engine-time.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../ports.ts'

export interface OutboxOptions {
  database: Database
  time: EngineTime
  log: Log
  /** A run has been told something. */
  onTold(run: ToldRun): void
  /** Runs were cancelled that nobody had begun with. */
  onEnded(runs: readonly EndedRun[]): void
  /** Starts what deals with a failed run; repeated, it starts nothing more. */
  startFailureFlows(row: StoredOutboxRow): Promise<void>
}

/**
 * Does what runs asked for with their events, once that is committed. The process that wrote a row sees to it at once;
 * what it leaves behind is found by whoever takes over from it.
 */
export interface Outbox {
  /** These rows are committed. */
  written(rows: readonly StoredOutboxRow[]): void
  /** Looks for what others left behind. */
  sweep(): void
  /** Does what is known of by now. */
  stop(): Promise<void>
}

const mostAtOnce = 500
const failuresAtOnce = 10
const retryPauseMs = 1000

export function createOutbox({ database, time, log, onTold, onEnded, startFailureFlows }: OutboxOptions): Outbox {
  let waiting: StoredOutboxRow[] = []
  let working: Promise<void> | undefined
  let isSweepWanted = false
  let retry: NodeJS.Timeout | undefined
  let isStopped = false

  function work(): void {
    working ??= workOff().finally(() => {
      working = undefined
      if (waiting.length > 0 || isSweepWanted) work()
    })
  }

  async function workOff(): Promise<void> {
    // What is committed in one turn of the event loop is told together.
    await new Promise(setImmediate)
    try {
      while (waiting.length > 0 || isSweepWanted) {
        if (waiting.length === 0) await look()
        const rows = waiting.slice(0, mostAtOnce)
        waiting = waiting.slice(mostAtOnce)
        await settle(rows)
      }
    } catch (error) {
      log.warn({ err: error }, 'What runs have to say to other runs could not be delivered; trying again')
      waiting = []
      lookLater()
    }
  }

  async function look(): Promise<void> {
    isSweepWanted = false
    waiting = await loadOutbox(database, mostAtOnce)
    if (waiting.length === mostAtOnce) isSweepWanted = true
  }

  function lookLater(): void {
    isSweepWanted = false
    if (retry || isStopped) return
    retry = setTimeout(() => {
      retry = undefined
      sweep()
    }, retryPauseMs)
  }

  async function settle(rows: readonly StoredOutboxRow[]): Promise<void> {
    const news = rows.filter(({ kind }) => kind !== 'failed')
    await cancelUnbegun(news)
    if (news.length > 0) {
      failpoint('outbox.before-tell')
      const { told, left } = await tellRuns(database, news, time.now())
      failpoint('outbox.after-tell')
      for (const run of told) onTold(run)
      if (left > 0) lookLater()
    }
    const failures = rows.filter(({ kind }) => kind === 'failed')
    for (let at = 0; at < failures.length; at += failuresAtOnce) await follow(failures.slice(at, at + failuresAtOnce))
  }

  /** What nobody has begun with needs no turn for its end. */
  async function cancelUnbegun(news: readonly StoredOutboxRow[]): Promise<void> {
    const cancels = Map.groupBy(
      news.filter(({ kind }) => kind === 'cancel'),
      ({ runId }) => runId,
    )
    for (const [by, rows] of cancels) {
      const targets = rows.map(({ target }) => target)
      onEnded(await cancelUnstarted((text, values) => database.write(text, values), targets, by, time.now()))
    }
  }

  async function follow(failures: readonly StoredOutboxRow[]): Promise<void> {
    const done: StoredOutboxRow[] = []
    const follow = async (row: StoredOutboxRow) => {
      try {
        await startFailureFlows(row)
        done.push(row)
      } catch (error) {
        log.warn({ err: error, runId: row.runId }, 'What deals with a failed run could not be started; trying again')
        lookLater()
      }
    }
    await Promise.all(failures.map(follow))
    failpoint('outbox.before-forget')
    if (done.length > 0) await deleteFailures(database, done)
  }

  function sweep(): void {
    if (isStopped) return
    isSweepWanted = true
    work()
  }

  return {
    written(rows) {
      if (rows.length === 0) return
      waiting.push(...rows)
      work()
    },
    sweep,
    async stop() {
      isStopped = true
      isSweepWanted = false
      clearTimeout(retry)
      while (working) await working
    },
  }
}
