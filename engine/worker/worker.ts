import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonText } from '#shared/json.ts'
import { PassingMap } from '#shared/passing-map.ts'
import { createOwnedRun, type LetGo, type OwnedRun, type RunHost } from '../run/owned-run.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { createLaneWorker, type LanePlace } from '../control/lane-worker.ts'
import type { EndedRun } from '../db/end-unstarted.ts'
import { claimRuns, eventsFromJournal, type RunRow } from '../db/claim-runs.ts'
import type { Database } from '../db/database.ts'
import { loadJournals } from '../db/load-journals.ts'
import { deleteOwnedRun } from '../db/delete-owned-run.ts'
import type { EngineTime } from './engine-time.ts'
import { failpoint } from '../failpoint.ts'
import { goOn, handOver, takeArrivals } from '../run/go-on.ts'
import { resumeAfterError, resumeRun } from '../run/resume-run.ts'
import type { JournalEvent } from '../state/journal.ts'
import { createLargeTriggers, largeTrigger } from '../run/large-triggers.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { Log } from '../ports.ts'
import type { Committer } from './committer.ts'
import { createForgottenRuns } from './forgotten-runs.ts'
import { createRegistration } from './registration.ts'
import { takeOver, type TakeOverPorts } from './take-over.ts'
import type { Timers } from './timers.ts'
import { createWakeUp } from './wake-up.ts'

export interface WorkerOptions {
  database: Database
  directUrl: string
  leaseMs: number
  log: Log
  time: EngineTime
  timers: Timers
  committer: Committer
  host: Omit<RunHost, 'untilLeaseIsFresh' | 'letGo' | 'reload' | 'hasRoom' | 'largeTriggers'>
  indexOf(planHash: string): Promise<PlanIndex>
  /** What runs in hand may have been started with, in all. */
  mostTriggerBytes: number
  /** A run has come to rest, was let go or was lost: whoever looks at it may look again. */
  onLetGo(run: OwnedRun, how: LetGo): void
  onLost(): void
  /** Runs were cancelled that had not begun. */
  onEnded(runs: readonly EndedRun[]): void
  /** A lane has something for others: this worker takes nothing more, or nothing now. */
  onLanesForOthers(): void
  /** Runs were taken over from workers that are gone. */
  onTakenOver(): void
}

/** Owns runs: claims them, keeps the lease, takes over from those that are gone, and hands over when it stops. */
export interface Worker {
  start(): Promise<void>
  /** Takes nothing more, and lets what is here begin no further step. */
  drain(): void
  stop(graceMs: number): Promise<void>
  /** Takes a run that was made here, and begins with it. */
  adopt(facts: RunFacts, index: PlanIndex, created: JournalEvent, trigger: JsonText): OwnedRun | undefined
  find(runId: string): OwnedRun | undefined
  /** Looks for work now. */
  claimSoon(): void
  /** There is a run to claim at this engine time. */
  claimAt(at: number): void
  /** Somebody joined this lane. */
  claimFrom(place: LanePlace): void
  /** Something may have changed in lanes, said somebody who knows. */
  claimFromLanes(): void
  arrived(runId: string): void
  id(): string
  readonly isAccepting: boolean
}

const mostRuns = 2000
const claimAtOnce = 250
/** Every how many looks around a worker compares what it owns with what it holds. */
const looksToRecount = 6
/** A run whose trouble has no name is not tried again and again at full speed. */
const reloadPauseMs = 1000

export function createWorker(options: WorkerOptions): Worker {
  const { database, log, time, timers, committer } = options
  const runs = new PassingMap<string, OwnedRun>()
  const letGo = new WeakSet<OwnedRun>()
  const largeTriggers = createLargeTriggers(options.mostTriggerBytes)
  let isAccepting = false
  let isStopping = false
  let claiming: Promise<void> | undefined
  let isClaimWanted = false
  /** There was no room for what there may be to claim. */
  let isFull = false
  const wakeUp = createWakeUp(timers, () => {
    failpoint('timer.due')
    claimSoon()
  })
  let watch: NodeJS.Timeout | undefined
  let looks = 0

  const registration = createRegistration({
    database,
    directUrl: options.directUrl,
    leaseMs: options.leaseMs,
    log,
    time,
    onId: (id) => committer.setWorker(id),
    onGone: forgetAll,
    onBack() {
      isAccepting = !isStopping
      claimSoon()
    },
  })
  const takeOverPorts: TakeOverPorts = { database, log, onFreed: claimSoon, onTakenOver: options.onTakenOver }
  const forgottenRuns = createForgottenRuns({
    database,
    log,
    workerId: registration.id,
    isHeld: (runId) => runs.has(runId),
    onGivenBack: claimSoon,
  })

  const host: RunHost = {
    ...options.host,
    hasRoom: () => runs.size < mostRuns / 2,
    largeTriggers,
    untilLeaseIsFresh: registration.untilLeaseIsFresh,
    letGo(run, how) {
      // A write still on its way may tell of a run that was given up meanwhile.
      if (letGo.has(run)) return
      letGo.add(run)
      if (runs.get(run.runId) === run) runs.delete(run.runId)
      largeTriggers.letGo(run)
      if (how.kind === 'lost') options.onLost()
      options.onLetGo(run, how)
      leaveLane(run)
      if (isFull) {
        isFull = false
        claimSoon()
      }
      if (how.kind === 'released' && how.dueAt !== undefined) wakeAt(how.dueAt)
    },
    reload(run, why) {
      log.error({ runId: run.runId, err: why.error }, 'A run is read again after an unexpected error')
      void reloadRun(run, why)
    },
  }

  const lanes = createLaneWorker({
    database,
    time,
    log,
    workerId: registration.id,
    room: () => (isAccepting ? mostRuns - runs.size : 0),
    take,
    indexOf: options.indexOf,
    wakeAt,
    onEnded: options.onEnded,
    onNoRoom: options.onLanesForOthers,
    onSlotWanted: () => host.slots.look(),
  })

  function own(facts: RunFacts, index: PlanIndex, events: readonly JournalEvent[]): OwnedRun {
    const run = createOwnedRun(host, facts, index, events, { goOn, takeArrivals })
    runs.set(facts.runId, run)
    return run
  }

  /** Its slot is free for the next one. */
  function leaveLane({ facts }: OwnedRun): void {
    const { workspaceId, flowId, lane } = facts
    if (lane === null) return lanes.roomMade()
    if (isAccepting) lanes.want({ workspaceId, flowId, ...lane })
    else options.onLanesForOthers()
  }

  /** Others have taken over what this worker held. */
  function forgetAll(): void {
    isAccepting = false
    for (const run of runs.values()) {
      committer.forget(run)
      run.onLost()
    }
  }

  function claimSoon(): void {
    if (!isAccepting) return
    isClaimWanted = true
    lanes.look()
    claiming ??= claimUntilEmpty().finally(() => {
      claiming = undefined
      // Room was made, or something arrived, after the last look and before this.
      if (isClaimWanted) claimSoon()
    })
  }

  async function claimUntilEmpty(): Promise<void> {
    while (isClaimWanted && isAccepting) {
      isClaimWanted = false
      const limit = Math.min(claimAtOnce, mostRuns - runs.size)
      if (limit <= 0) {
        isFull = true
        return
      }
      try {
        const { runs: claimed, nextDueAt } = await claimRuns(database, registration.id(), time.clock.offsetMs(), limit)
        failpoint('claim.after-commit')
        if (nextDueAt !== null) wakeAt(nextDueAt)
        if (claimed.length === limit) isClaimWanted = true
        if (claimed.length > 0) await take(claimed)
      } catch (error) {
        log.warn({ err: error }, 'Looking for work failed; trying again at the next look')
        isClaimWanted = false
        return
      }
    }
  }

  async function take(claimed: readonly RunRow[]): Promise<void> {
    const unread = claimed.filter((row) => row.journal === undefined)
    const journals = unread.length > 0 ? await loadJournals(database, unread) : undefined
    for (const row of claimed) {
      try {
        const index = await options.indexOf(row.planHash)
        const events = row.journal === undefined ? journals?.get(row.runId) : eventsFromJournal(row.journal)
        const run = own(row, index, events ?? [])
        run.trigger = row.trigger
        if (run.state.end) await discard(run)
        else resumeRun(run, row)
      } catch (error) {
        log.error({ runId: row.runId, err: error }, 'A run can’t be resumed; it stays with this worker until the cause is gone')
      }
    }
  }

  /** Its end is in its journal, and in the history: the row is a leftover of a write that was sent twice. */
  async function discard(run: OwnedRun): Promise<void> {
    runs.delete(run.runId)
    await deleteOwnedRun(database, registration.id(), run.workspaceId, run.runId)
  }

  async function reloadRun(old: OwnedRun, why: { path: string | undefined; error: unknown }): Promise<void> {
    if (runs.get(old.runId) !== old) return
    runs.delete(old.runId)
    largeTriggers.letGo(old)
    committer.forget(old)
    if (why.path === undefined) await sleep(reloadPauseMs)
    try {
      const journals = await loadJournals(database, [old])
      const events = journals.get(old.runId) ?? []
      if (events.length === 0) return options.onLetGo(old, { kind: 'lost' })
      resumeAfterError(own(old.facts, old.index, events), why)
    } catch (error) {
      // It stays this worker's, and is found by the next look at what this worker owns.
      log.error({ runId: old.runId, err: error }, 'A run could not be read again')
    }
  }

  function drain(): void {
    isStopping = true
    isAccepting = false
    clearTimeout(watch)
    largeTriggers.drain()
    drainRuns()
  }

  function drainRuns(): void {
    for (const run of runs.values()) {
      if (run.isDraining) continue
      run.isDraining = true
      run.goOn()
    }
  }

  function wakeAt(at: number): void {
    if (isAccepting) wakeUp.noLaterThan(at)
  }

  function watchOn(): void {
    watch = setTimeout(() => void lookAround().finally(() => !isStopping && watchOn()), options.leaseMs / 3)
  }

  async function lookAround(): Promise<void> {
    try {
      await takeOver(takeOverPorts, registration.id())
      if (++looks % looksToRecount === 0) await forgottenRuns.look()
    } catch (error) {
      log.warn({ err: error }, 'Looking for lost workers failed; trying again')
    }
  }

  return {
    async start() {
      await registration.enter()
      isAccepting = true
      await takeOver(takeOverPorts, registration.id())
      claimSoon()
      await lanes.start()
      watchOn()
    },
    drain,
    async stop(graceMs) {
      drain()
      const closed = registration.close()
      await claiming
      await lanes.stop()
      await closed
      // What a claim under way still brought follows.
      drainRuns()
      await untilEmpty(runs, graceMs)
      for (const run of runs.values()) if (!run.isOver) handOver(run)
      await committer.idle()
      await registration.leave()
    },
    adopt(facts, index, created, trigger) {
      if (!isAccepting || runs.size >= mostRuns) return undefined
      const isLarge = trigger.length > largeTrigger
      if (isLarge && !largeTriggers.hasRoom()) return undefined
      const run = own(facts, index, [created])
      run.trigger = trigger
      if (isLarge) largeTriggers.hold(run, trigger)
      return run
    },
    find: (runId) => runs.get(runId),
    claimSoon,
    claimAt(at) {
      if (at <= time.now()) claimSoon()
      else wakeAt(at)
    },
    claimFrom(place) {
      if (isAccepting) lanes.want(place)
      else options.onLanesForOthers()
    },
    claimFromLanes() {
      if (isAccepting) lanes.poll()
    },
    arrived(runId) {
      const run = runs.get(runId)
      if (run) takeArrivals(run, run.seen)
    },
    id: registration.id,
    get isAccepting() {
      return isAccepting
    },
  }
}

/** Resolves when the map is empty or the time is up. */
async function untilEmpty(runs: PassingMap<string, OwnedRun>, graceMs: number): Promise<void> {
  const end = performance.now() + graceMs
  while (runs.size > 0 && performance.now() < end) {
    await new Promise((resolve) => {
      setTimeout(resolve, Math.min(20, graceMs))
    })
  }
}
