import { isAppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { pollRuleFrom } from '#shared/poll.ts'
import { type ClaimedPoll, claimPolls, findNextPoll } from '../db/claim-polls.ts'
import type { Database } from '../db/database.ts'
import { failPoll, releasePoll, setPollAside } from '../db/end-poll.ts'
import type { PollRow } from '../db/polls.ts'
import { failpoint } from '../failpoint.ts'
import type { Polled } from '../ports.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { StartPorts } from '../start/start-ports.ts'
import { createTimedLooks } from '../worker/timed-looks.ts'
import type { Timers } from '../worker/timers.ts'
import { paramsOf } from './arrange-polls.ts'
import { backOffMs } from './back-off.ts'
import { keepFound, type KeepPorts } from './keep-found.ts'
import { lookLimitMs, lookOnce, type LookPorts } from './look-once.ts'

export interface PollWorkerOptions extends LookPorts, StartPorts {
  database: Database
  timers: Timers
  workerId(): string
}

/** Lets triggers look when it is time, and starts runs of what they find. */
export interface PollWorker {
  /** Triggers have changed, or somebody should see whether it is time. */
  look(): void
  /** It is time at this engine time. */
  lookAt(at: number): void
  stop(): Promise<void>
}

/** So many look side by side in one process. */
const mostAtOnce = 10
/** Longer than a look and its writing take. Whoever is cut off for longer may write nothing any more. */
const holdMs = lookLimitMs + 30_000
/** Of what has pages, so many are gone through; then others have their turn, and the other side a rest. */
const mostPages = 50
/** Of what is new, so many start a run; the others are found again by the next look. */
const mostStarts = 5000
const restMs = 60_000
/** What could not be written down is looked for again. */
const unwrittenMs = 5000
const mostTries = 3
/** So often in a row whoever looks goes down, then it is left alone. */
const mostCrashes = 5
const mostChance = 2

/**
 * Any number of processes may do this side by side: a trigger is in the hand of one of them while it looks, and what it
 * finds is written only if it still is. A process that dies leaves what was committed, and the next one goes on there.
 */
export function createPollWorker(options: PollWorkerOptions): PollWorker {
  const { database, log, timers, now } = options
  const stopping = new AbortController()
  const underWay = new Set<Promise<void>>()
  const looks = createTimedLooks({
    timers,
    log,
    now,
    look: claim,
    failure: 'Triggers that look by themselves could not be looked after; trying again',
  })

  async function claim(): Promise<number | undefined> {
    const lookedAt = now()
    const limit = mostAtOnce - underWay.size
    // Whoever has its turn over makes room for the next, and looks.
    if (limit === 0) return undefined
    const claimed = await claimPolls(database, { workerId: options.workerId(), now: lookedAt, holdMs, limit })
    for (const row of claimed) begin(row)
    return claimed.length === limit ? undefined : findNextPoll(database, lookedAt)
  }

  function begin(row: ClaimedPoll): void {
    const seeing = seeTo(row).finally(() => {
      underWay.delete(seeing)
      looks.now()
    })
    underWay.add(seeing)
  }

  async function seeTo(row: ClaimedPoll): Promise<void> {
    const { flowId, triggerId } = row
    try {
      // Servers that are stopped one after the other go down too; more often than that, it may be the look.
      if (row.wasHeld && row.crashes > mostChance) return await setAside(row)
      const outcome = await goThrough(row)
      // Paused in the middle, or too much for one turn: the next one goes on with it.
      if (outcome !== 'done') await releasePoll(database, row, outcome === 'more' ? now() + restMs : null)
    } catch (error) {
      log.warn({ err: error, flowId, triggerId }, 'What a trigger has found could not be written down; it is looked for again')
      // Else the lease gives it back.
      await releasePoll(database, row, now() + unwrittenMs).catch(() => undefined)
    }
  }

  /** A look that takes the whole server with it must not do so again at once, nor for ever. */
  async function setAside(row: ClaimedPoll): Promise<void> {
    const isOver = row.crashes >= mostCrashes
    // Others that were looked at by the same server are innocent, and are to be looked at apart from it.
    const apart = 1 + Math.random()
    const after = backOffMs(pollRuleFrom(paramsOf(row)).everyMs, row.crashes, undefined) * apart
    const times = `The server went down ${row.crashes} times in a row while this check ran.`
    await setPollAside(database, row, {
      message: isOver
        ? `${times} It isn’t tried by itself any more: check now, or publish the flow again, once the cause is gone.`
        : times,
      now: now(),
      nextAt: isOver ? null : now() + after,
    })
    log.warn(
      { flowId: row.flowId, triggerId: row.triggerId, crashes: row.crashes },
      'A trigger may have taken the server down while it looked',
    )
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
    let left = mostStarts
    for (let pages = 1; ; pages++) {
      const found = await tryToLook(row, index)
      if (found === undefined) return 'done'
      failpoint('poll.after-look')
      const { outcome, started } = await keep(ports, row, found, left)
      left -= started
      if (outcome === 'rest') return 'more'
      if (outcome !== 'more' || pages === mostPages || left === 0 || stopping.signal.aborted) return outcome
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
  async function keep(ports: KeepPorts, row: PollRow, found: Polled, most: number): ReturnType<typeof keepFound> {
    for (let tries = 1; ; tries++) {
      try {
        return await keepFound(ports, row, found, { holdMs, most })
      } catch (error) {
        if (tries === mostTries || stopping.signal.aborted) throw error
      }
    }
  }

  return {
    look: looks.now,
    lookAt: looks.at,
    async stop() {
      stopping.abort()
      await looks.stop()
      await Promise.all(underWay)
    },
  }
}
