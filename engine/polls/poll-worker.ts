import type { PoolClient } from 'pg'
import { isAppError } from '#shared/errors.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { pollRuleFrom } from '#shared/poll.ts'
import type { Admission } from '../control/admit-starts.ts'
import { claimPolls, findNextPoll } from '../db/claim-polls.ts'
import type { Database } from '../db/database.ts'
import { failPoll, releasePoll } from '../db/end-poll.ts'
import type { PollRow } from '../db/polls.ts'
import type { StartRun } from '../engine-api.ts'
import { failpoint } from '../failpoint.ts'
import type { Polled } from '../ports.ts'
import type { PreparedStart } from '../run/prepare-start.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { Timers } from '../worker/timers.ts'
import { paramsOf } from './arrange-polls.ts'
import { backOffMs } from './back-off.ts'
import { keepFound, type KeepPorts } from './keep-found.ts'
import { lookLimitMs, lookOnce, type LookPorts } from './look-once.ts'

export interface PollWorkerOptions extends LookPorts {
  database: Database
  timers: Timers
  workerId(): string
  isHeard(): boolean
  indexOf(planHash: string): Promise<PlanIndex>
  findVars(workspaceId: string): Promise<JsonText | undefined>
  prepare(start: StartRun, index: PlanIndex): PreparedStart
  /** Decides and writes starts in this transaction. */
  admit(client: PoolClient, starts: readonly PreparedStart[]): Promise<Admission>
  /** That transaction is committed. */
  onAdmitted(starts: readonly PreparedStart[], admission: Admission): void
}

/** Lets triggers look when it is time, and starts runs of what they find. */
export interface PollWorker {
  /** Triggers have changed, or somebody should see whether it is time. */
  look(): void
  stop(): Promise<void>
}

/** So many look side by side in one process. */
const mostAtOnce = 10
/** Longer than a look and its writing take. Whoever is cut off for longer may write nothing any more. */
const holdMs = lookLimitMs + 30_000
/** Of what has pages, so many are gone through; then others have their turn, and the other side a rest. */
const mostPages = 50
const restMs = 60_000
const idleLookMs = 5000
const unheardLookMs = 1000
/** What could not be written down is looked for again. */
const unwrittenMs = 5000
const mostTries = 3

/**
 * Any number of processes may do this side by side: a trigger is in the hand of one of them while it looks, and what it
 * finds is written only if it still is. A process that dies leaves what was committed, and the next one goes on there.
 */
export function createPollWorker(options: PollWorkerOptions): PollWorker {
  const { database, log, timers, now } = options
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()
  let isWanted = false
  let claiming: Promise<void> | undefined
  let wakeUp: { at: number; cancel: () => void } | undefined
  let idle: NodeJS.Timeout | undefined

  function look(): void {
    if (stopping.signal.aborted) return
    isWanted = true
    claiming ??= claimAll().finally(() => {
      claiming = undefined
      if (isWanted && underWay.size < mostAtOnce) look()
    })
    clearTimeout(idle)
    idle = setTimeout(look, options.isHeard() ? idleLookMs : unheardLookMs)
    idle.unref()
  }

  async function claimAll(): Promise<void> {
    try {
      while (isWanted && !stopping.signal.aborted && underWay.size < mostAtOnce) {
        isWanted = false
        const lookedAt = now()
        const limit = mostAtOnce - underWay.size
        const claimed = await claimPolls(database, { workerId: options.workerId(), now: lookedAt, holdMs, limit })
        for (const row of claimed) begin(row)
        // Whoever has its turn over makes room for the next.
        if (claimed.length === limit) isWanted = true
        else wakeAt(await findNextPoll(database, lookedAt))
      }
    } catch (error) {
      log.warn({ err: error }, 'Triggers that look by themselves could not be looked after; trying again')
    }
  }

  function begin(row: PollRow): void {
    const seeing = seeTo(row).finally(() => {
      underWay.delete(seeing)
      look()
    })
    underWay.add(seeing)
  }

  async function seeTo(row: PollRow): Promise<void> {
    const { flowId, triggerId } = row
    try {
      const outcome = await goThrough(row)
      // Paused in the middle, or too much for one turn: the next one goes on with it.
      if (outcome !== 'done') await releasePoll(database, row, outcome === 'more' ? now() + restMs : null)
    } catch (error) {
      log.warn({ err: error, flowId, triggerId }, 'What a trigger has found could not be written down; it is looked for again')
      // Else the lease gives it back.
      await releasePoll(database, row, now() + unwrittenMs).catch(() => undefined)
    }
  }

  async function goThrough(claimed: PollRow): Promise<'done' | 'more' | 'lost'> {
    const { workspaceId } = claimed
    const [index, vars] = await Promise.all([options.indexOf(claimed.planHash), options.findVars(workspaceId)])
    const ports: KeepPorts = {
      database,
      now,
      prepare: (start) => options.prepare(vars === undefined ? start : { ...start, vars }, index),
      admit: options.admit,
      onAdmitted: options.onAdmitted,
    }
    let row = claimed
    for (let pages = 1; ; pages++) {
      const found = await tryToLook(row, index)
      if (found === undefined) return 'done'
      failpoint('poll.after-look')
      const outcome = await keep(ports, row, found)
      if (outcome !== 'more' || pages === mostPages || stopping.signal.aborted) return outcome
      row = { ...row, cursor: JSON.stringify(found.cursor), found: row.found + found.items.length, failures: 0 }
    }
  }

  /** Undefined when it could not, which is then written down. */
  async function tryToLook(row: PollRow, index: PlanIndex): Promise<Polled | undefined> {
    const { workspaceId, flowId, triggerId, type } = row
    const params = paramsOf(row)
    const cursor: Json = row.cursor === null ? null : JSON.parse(row.cursor)
    const { settings } = index.plan
    try {
      return await lookOnce(options, { workspaceId, flowId, triggerId, type, params, cursor, settings, signal: stopping.signal })
    } catch (error) {
      if (!isAppError(error)) throw error
      if (stopping.signal.aborted) {
        await releasePoll(database, row, null)
        return undefined
      }
      log.info({ err: error, flowId, triggerId }, 'A trigger could not look; it looks again later')
      const { code, message, facts } = error
      const after = backOffMs(pollRuleFrom(params).everyMs, row.failures + 1, facts.retryAfterMs)
      await failPoll(database, row, { code, message, now: now(), nextAt: now() + after })
      return undefined
    }
  }

  /** Somebody may have got in between. What was written before is known the next time. */
  async function keep(ports: KeepPorts, row: PollRow, found: Polled): ReturnType<typeof keepFound> {
    for (let tries = 1; ; tries++) {
      try {
        return await keepFound(ports, row, found, holdMs)
      } catch (error) {
        if (tries === mostTries || stopping.signal.aborted) throw error
      }
    }
  }

  function wakeAt(at: number | undefined): void {
    if (wakeUp?.at === at) return
    wakeUp?.cancel()
    wakeUp = undefined
    if (at === undefined) return
    wakeUp = {
      at,
      cancel: timers.at(at, () => {
        wakeUp = undefined
        look()
      }),
    }
  }

  return {
    look,
    async stop() {
      stopping.abort()
      clearTimeout(idle)
      wakeUp?.cancel()
      await claiming
      await Promise.all(underWay)
    },
  }
}
