import { expireStarts, type EndedRun } from '../db/end-unstarted.ts'
import type { RunRow } from '../db/claim-runs.ts'
import type { Database } from '../db/database.ts'
import { deleteIdleLanes } from '../db/delete-idle-lanes.ts'
import { hasLanes, lookAtLanes } from '../db/look-at-lanes.ts'
import { readyDue } from '../db/ready-due.ts'
import type { EngineTime } from '../worker/engine-time.ts'
import { failpoint } from '../failpoint.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { Log } from '../ports.ts'
import { claimLanes } from './claim-lanes.ts'

export interface LaneWorkerOptions {
  database: Database
  time: EngineTime
  log: Log
  workerId(): string
  /** How many runs this worker takes at the most just now. */
  room(): number
  take(runs: readonly RunRow[]): Promise<void>
  indexOf(planHash: string): Promise<PlanIndex>
  wakeAt(at: number): void
  onEnded(runs: readonly EndedRun[]): void
  /** Some step waits for a slot: somebody has to see that it is given on, whatever died. */
  onSlotWanted(): void
  /** There is something to claim, and no room for it here. */
  onNoRoom(): void
}

/** Brings runs that stand in lanes to this worker. */
export interface LaneWorker {
  start(): Promise<void>
  /** Somebody joined this lane, or a slot in it may be free. */
  want(place: LanePlace): void
  /** Something may have changed in any lane. */
  look(): void
  /** The same, from time to time: costs one look at the database when no flow uses lanes. */
  poll(): void
  /** This worker let a run go. */
  roomMade(): void
  /** Resolves when no claim is under way any more. */
  stop(): Promise<void>
}

export interface LanePlace {
  workspaceId: string
  flowId: string
  lane: string
  slots: string | null
  /** Something becomes of it at a time: that is to be known. */
  isTimed?: boolean
}

const atOnce = 100
/** Looks that are asked for faster than this share one. */
const calmMs = 50
const tidyEveryMs = 60_000
const fewFlows = 20
const barrenForMs = 1000
const mostBarren = 10_000

interface Wanted {
  workspaceId: string
  flowId: string
  /** Null: all of them. */
  lanes: Set<string> | null
}

export function createLaneWorker(options: LaneWorkerOptions): LaneWorker {
  const { database, time, log } = options
  const wanted = new Map<string, Wanted>()
  const barren = new Map<string, number>()
  let isInUse = false
  let isLookWanted = false
  let isFull = false
  let lastLook = Number.NEGATIVE_INFINITY
  let later: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let isStopped = true
  let tidiedAt = performance.now()

  function wake(): void {
    if (isStopped) return
    working ??= work().finally(() => {
      working = undefined
      if ((wanted.size > 0 || (isLookWanted && !later)) && !isFull) wake()
    })
  }

  async function work(): Promise<void> {
    try {
      while (!isStopped) {
        if (isLookWanted && !later) await lookAround()
        const [next] = wanted
        if (!next) return
        if (options.room() <= 0) {
          wanted.clear()
          isLookWanted = true
          isFull = true
          return options.onNoRoom()
        }
        wanted.delete(next[0])
        await claim(next[1])
      }
    } catch (error) {
      wanted.clear()
      isLookWanted = false
      log.warn({ err: error }, 'Looking for work in lanes failed; trying again at the next look')
    }
  }

  async function lookAround(): Promise<void> {
    const wait = lastLook + calmMs - performance.now()
    if (wait > 0) {
      later = setTimeout(() => {
        later = undefined
        wake()
      }, wait)
      return
    }
    isLookWanted = false
    lastLook = performance.now()
    const offsetMs = time.clock.offsetMs()
    const look = await lookAtLanes(database, offsetMs)
    if (look.flows.length > 0 || look.nextAt !== null) isInUse = true
    if (look.isSlotWanted) options.onSlotWanted()
    if (look.isExpired) await expire(offsetMs)
    if (look.isDue) while (await readyDue(database, offsetMs)) if (isStopped) return
    if (look.isDue || look.isExpired) isLookWanted = true
    else if (look.nextAt !== null) options.wakeAt(look.nextAt)
    for (const flow of look.flows) if (mayGive(flow, look.flows.length)) add(flow.workspaceId, flow.flowId, null)
    await tidy(offsetMs)
  }

  /** Where there are many flows, those that had nothing to give a moment ago are not asked again at every look. */
  function mayGive({ workspaceId, flowId }: { workspaceId: string; flowId: string }, flows: number): boolean {
    const since = barren.get(nameOf(workspaceId, flowId))
    return flows <= fewFlows || since === undefined || performance.now() - since > barrenForMs
  }

  async function expire(offsetMs: number): Promise<void> {
    for (;;) {
      const { ended, isMore } = await expireStarts(database.write, offsetMs)
      options.onEnded(ended)
      if (!isMore) return
    }
  }

  async function tidy(offsetMs: number): Promise<void> {
    if (performance.now() - tidiedAt < tidyEveryMs) return
    tidiedAt = performance.now()
    while (await deleteIdleLanes(database, offsetMs)) if (isStopped) return
  }

  async function claim({ workspaceId, flowId, lanes }: Wanted): Promise<void> {
    const { runs, isMore, nextAt } = await claimLanes(database, {
      workerId: options.workerId(),
      offsetMs: time.clock.offsetMs(),
      workspaceId,
      flowId,
      lanes: lanes === null ? null : [...lanes],
      limit: Math.min(atOnce, options.room()),
      indexOf: options.indexOf,
    })
    failpoint('claim.after-commit')
    if (nextAt !== null) options.wakeAt(nextAt)
    if (runs.length > 0) barren.delete(nameOf(workspaceId, flowId))
    else if (lanes === null) noteBarren(nameOf(workspaceId, flowId))
    // Behind the others that are wanted: flows take turns.
    if (isMore) add(workspaceId, flowId, lanes)
    if (runs.length > 0) await options.take(runs)
  }

  function noteBarren(name: string): void {
    if (barren.size >= mostBarren) barren.clear()
    barren.set(name, performance.now())
  }

  function add(workspaceId: string, flowId: string, lanes: ReadonlySet<string> | null): void {
    const name = nameOf(workspaceId, flowId)
    const known = wanted.get(name)
    if (!known) wanted.set(name, { workspaceId, flowId, lanes: lanes && new Set(lanes) })
    else if (known.lanes === null || lanes === null) known.lanes = null
    else for (const lane of lanes) known.lanes.add(lane)
  }

  return {
    async start() {
      isStopped = false
      isInUse ||= await hasLanes(database)
      if (isInUse) {
        isLookWanted = true
        wake()
      }
    },
    want({ workspaceId, flowId, lane, slots, isTimed }) {
      isInUse = true
      if (isTimed) isLookWanted = true
      // Other lanes of the flow may share these slots.
      const isAlone = slots === null || lane === `${slots}.`
      add(workspaceId, flowId, isAlone ? new Set([lane]) : null)
      wake()
    },
    look() {
      isLookWanted = isInUse
      if (isInUse) wake()
    },
    poll() {
      isLookWanted = true
      wake()
    },
    roomMade() {
      if (!isFull) return
      isFull = false
      wake()
    },
    async stop() {
      isStopped = true
      clearTimeout(later)
      later = undefined
      await working
    },
  }
}

function nameOf(workspaceId: string, flowId: string): string {
  return JSON.stringify([workspaceId, flowId])
}
