import { randomBytes } from 'node:crypto'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import { instant } from '../db/run-row.ts'
import type { Database } from '../db/database.ts'
import {
  advanceSchedules,
  findNextDue,
  listDueSchedules,
  lockDueSchedules,
  postponeSchedule,
  type ScheduleRow,
} from '../db/schedules.ts'
import type { StartRun } from '../engine-api.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../ports.ts'
import type { PreparedStart } from '../run/prepare-start.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { StartPorts } from '../start/start-ports.ts'
import { createTimedLooks } from '../worker/timed-looks.ts'
import type { Timers } from '../worker/timers.ts'
import { scheduleFrom } from './arrange-schedules.ts'
import { decideTicks } from './decide-ticks.ts'
import { dueAtOf } from './due-at.ts'
import { renewZones } from './renew-zones.ts'
import { seedOf } from './seed-of.ts'
import { zonesEdition } from './zones-edition.ts'

export interface ScheduleWorkerOptions extends StartPorts {
  database: Database
  log: Log
  timers: Timers
  now(): number
}

/** Starts runs when the times of schedules come. */
export interface ScheduleWorker {
  /** Schedules have changed, or somebody should see whether a time has come. */
  look(): void
  /** A time comes at this engine time. */
  lookAt(at: number): void
  /** Works out anew, now and from time to time, what was worked out with other time zones than this process knows. */
  renew(): void
  stop(): Promise<void>
}

const atOnce = 200
/** Of starts, what one transaction writes at about the most. */
const mostStarts = 1000
const sharedLookMs = 500
const postponedMs = 10_000
const mostTries = 3
const renewEveryMs = 3_600_000

/** What a start needs and the database is asked for before anything is held. */
interface Supplies {
  index: PlanIndex
  vars: JsonText | undefined
}

/**
 * Any number of processes may do this side by side: a schedule is held by one of them while the runs of its time and its
 * next time are written, in one transaction. A process that dies leaves either both or none behind.
 */
export function createScheduleWorker(options: ScheduleWorkerOptions): ScheduleWorker {
  const { database, log, timers, now } = options
  const looks = createTimedLooks({ timers, log, now, look, failure: 'Schedules could not be looked at; trying again' })
  let isStopped = false
  let shared: NodeJS.Timeout | undefined
  let renewing: Promise<void> | undefined
  let renewal: NodeJS.Timeout | undefined

  async function look(): Promise<number | undefined> {
    // The next time is counted from here, so that none falls between the two.
    const lookedAt = now()
    const due = await listDueSchedules(database, lookedAt, atOnce)
    if (due.length > 0) await seeToAll(due)
    return due.length === atOnce ? lookedAt : findNextDue(database, lookedAt)
  }

  async function seeToAll(due: readonly ScheduleRow[]): Promise<void> {
    const supplied: { row: ScheduleRow; supplies: Supplies }[] = []
    for (const row of due) {
      try {
        const [index, vars] = await Promise.all([options.indexOf(row.planHash), options.findVars(row.workspaceId)])
        supplied.push({ row, supplies: { index, vars } })
      } catch (error) {
        await postpone(row, error)
      }
    }
    try {
      await seeTo(supplied)
    } catch (error) {
      if (supplied.length === 1 && supplied[0]) return retry(supplied[0], error)
      // What stands in the way of one must not keep the others from their time.
      for (const one of supplied) await seeTo([one]).catch((alone: unknown) => retry(one, alone))
    }
  }

  /** Somebody may have got in between; what is wrong for longer is looked at again later. */
  async function retry(one: { row: ScheduleRow; supplies: Supplies }, cause: unknown): Promise<void> {
    let error = cause
    for (let tries = 1; tries < mostTries && !isStopped; tries++) {
      try {
        return await seeTo([one])
      } catch (again) {
        error = again
      }
    }
    await postpone(one.row, error)
  }

  async function seeTo(due: readonly { row: ScheduleRow; supplies: Supplies }[]): Promise<void> {
    if (due.length === 0) return
    let hasMore = false
    const done = await database.transaction(async (_tx, client) => {
      const held = await lockDueSchedules(
        client,
        due.map(({ row }) => row),
        now(),
      )
      const starts: PreparedStart[] = []
      const advanced: ScheduleRow[] = []
      for (const row of held) {
        const supplies = due.find((one) => isSame(one.row, row))?.supplies
        // Published anew since it was looked at: the next look takes it with its new version.
        if (!supplies || row.nextAt === null) continue
        if (starts.length >= mostStarts) {
          hasMore = true
          break
        }
        const schedule = scheduleFrom(row)
        const dueAt = (tick: number) => dueAtOf(schedule, seedOf(row), tick)
        const { start, next } = decideTicks(schedule, { next: row.nextAt, now: now(), dueAt })
        starts.push(...start.map((tick) => options.prepare(startOf(row, tick, now(), supplies.vars), supplies.index)))
        const nextDue = next === undefined ? undefined : dueAt(next)
        if (nextDue !== undefined && nextDue <= now()) hasMore = true
        advanced.push({
          ...row,
          nextAt: next ?? null,
          dueAt: nextDue ?? null,
          lastAt: start.at(-1) ?? row.lastAt,
          zones: zonesEdition,
        })
      }
      const admission = starts.length === 0 ? undefined : await options.admit(client, starts)
      await advanceSchedules(client, advanced)
      failpoint('schedule.before-commit')
      return { starts, admission, isShared: held.length < due.length }
    })
    failpoint('schedule.after-commit')
    if (hasMore) looks.now()
    // Should the one who has it in hand die over it.
    if (done.isShared) lookSoon()
    if (done.admission) options.onAdmitted(done.starts, done.admission)
  }

  async function postpone(row: ScheduleRow, error: unknown): Promise<void> {
    const { flowId, triggerId } = row
    log.error({ err: error, flowId, triggerId }, 'A schedule could not start its run; trying again in a moment')
    await postponeSchedule(database, row, now() + postponedMs)
  }

  function lookSoon(): void {
    clearTimeout(shared)
    shared = setTimeout(looks.now, sharedLookMs)
    shared.unref()
  }

  function renew(): void {
    if (isStopped) return
    renewing ??= renewZones(database, now)
      .then(
        (count) => count > 0 && looks.now(),
        (error: unknown) =>
          log.warn({ err: error }, 'Schedules could not be brought up to date with the time zones; trying again later'),
      )
      .then(() => {
        renewing = undefined
      })
    renewal = setTimeout(renew, renewEveryMs)
    renewal.unref()
  }

  return {
    look: looks.now,
    lookAt: looks.at,
    renew,
    async stop() {
      isStopped = true
      clearTimeout(shared)
      clearTimeout(renewal)
      await Promise.all([looks.stop(), renewing])
    },
  }
}

/** The time itself is the key: however often somebody comes to start it, it has one run. */
function startOf(row: ScheduleRow, tick: number, now: number, vars: JsonText | undefined): StartRun {
  const { workspaceId, flowId, triggerId, version, planHash } = row
  return {
    workspaceId,
    flowId,
    version,
    planHash,
    triggerId,
    trigger: JSON.stringify({ kind: 'schedule', at: instant(now), scheduledAt: instant(tick), body: null }),
    idempotencyKey: `schedule:${triggerId}:${instant(tick)}`,
    startedBy: 'schedule',
    inbox: {
      id: idFrom('request', Math.floor(now), randomBytes(10)),
      method: 'TIME',
      // No web request can have such a path.
      path: `schedule/${triggerId}`,
      remote: '',
      sizeBytes: 0,
    },
    ...(vars === undefined ? {} : { vars }),
  }
}

function isSame(a: ScheduleRow, b: ScheduleRow): boolean {
  return a.workspaceId === b.workspaceId && a.flowId === b.flowId && a.triggerId === b.triggerId && a.planHash === b.planHash
}
