import type { PoolClient } from 'pg'
import { periodMs } from '#shared/period.ts'
import { claimChosen } from '../db/claim-chosen.ts'
import type { RunRow } from '../db/claim-runs.ts'
import type { Database } from '../db/database.ts'
import { lockLanes } from '../db/lock-lanes.ts'
import { type Candidate, findCandidates, lockFlowLanes, mostLanes, mostOfALane } from '../db/queue-heads.ts'
import { type SavedLane, saveLanes } from '../db/save-lanes.ts'
import { failpoint } from '../failpoint.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { chooseRuns, type Throttle } from './choose-runs.ts'
import { freeAt } from './window.ts'

export interface LanesClaim {
  workerId: string
  offsetMs: number
  workspaceId: string
  flowId: string
  /** The lanes to look at; null: all of the flow. */
  lanes: readonly string[] | null
  limit: number
  indexOf(planHash: string): Promise<PlanIndex>
}

export interface LanesClaimed {
  runs: RunRow[]
  isMore: boolean
  /** When a throttle lets the next one begin. */
  nextAt: number | null
}

/**
 * Gives a worker runs out of a flow's lanes. Every run with a lane that becomes running does so here, one claim of the
 * flow at a time, and what is running is counted after the one before is committed: so at no committed instant are
 * there more than the limit. Those who let a slot go need no lock for that.
 */
export function claimLanes(database: Database, claim: LanesClaim): Promise<LanesClaimed> {
  const { workspaceId, flowId, limit } = claim
  return database.transaction(async (_tx, client) => {
    await lockFlowLanes(client, workspaceId, flowId)
    const candidates = await findCandidates(client, claim)
    const { throttles, now } = await holdThrottles(client, claim, candidates)
    const chosen = chooseRuns(candidates, throttles, now, limit)
    const ids = chosen.map((candidate) => candidate.runId)
    const ending = chosen.flatMap((candidate) => (candidate.isEnding ? candidate.runId : []))
    const runs = ids.length === 0 ? [] : await claimChosen(client, claim, ids, ending)
    if (throttles.size > 0) await saveLanes(client, savedThrottles(claim, throttles, chosen, runs, now))
    failpoint('claim.before-commit')
    const free = [...throttles.values()].map((pace) => freeAt(pace.instants, pace.limit, pace.perMs))
    const later = free.filter((at) => at > now)
    const place = new Map(ids.map((id, at) => [id, at]))
    return {
      runs: runs.toSorted((a, b) => (place.get(a.runId) ?? 0) - (place.get(b.runId) ?? 0)),
      isMore: runs.length > 0 && wasCutOff(candidates, chosen, limit),
      nextAt: later.length > 0 ? Math.min(...later) : null,
    }
  })
}

async function holdThrottles(
  client: PoolClient,
  { workspaceId, flowId, offsetMs, indexOf }: LanesClaim,
  candidates: readonly Candidate[],
): Promise<{ throttles: Map<string, Throttle>; now: number }> {
  const throttles = new Map<string, Throttle>()
  for (const { throttle, isWaking, planHash } of candidates) {
    const pace = throttle === null || isWaking ? undefined : (await indexOf(planHash)).plan.settings.throttle
    if (throttle !== null && pace) {
      throttles.set(throttle, { limit: pace.limit, perMs: periodMs(pace.per) ?? 0, instants: [], served: [] })
    }
  }
  if (throttles.size === 0) return { throttles, now: 0 }
  const refs = [...throttles.keys()].map((key) => ({ workspaceId, flowId, kind: 'throttle', key }))
  const rows = await lockLanes(client, refs, offsetMs)
  for (const { key, state } of rows) {
    const known: { instants?: number[]; served?: string[] } = JSON.parse(state)
    Object.assign(throttles.get(key) ?? {}, known)
  }
  return { throttles, now: Math.floor(Math.max(...rows.map((row) => row.now))) }
}

/** Whether those that were looked at may not be all that could be had. */
function wasCutOff(candidates: readonly Candidate[], chosen: readonly Candidate[], limit: number): boolean {
  if (chosen.length === limit) return true
  const lanes = Map.groupBy(candidates, (candidate) => candidate.lane)
  if (lanes.size >= mostLanes) return true
  const had = Map.groupBy(chosen, (candidate) => candidate.lane)
  return [...had.values()].some((those) => those.length >= mostOfALane)
}

/** What was chosen but could not be had (somebody was just writing to it) takes no turn. */
function savedThrottles(
  { workspaceId, flowId }: LanesClaim,
  throttles: ReadonlyMap<string, Throttle>,
  chosen: readonly Candidate[],
  runs: readonly RunRow[],
  now: number,
): SavedLane[] {
  const had = new Set(runs.map((run) => run.runId))
  return [...throttles].map(([key, pace]) => {
    const missed = chosen.filter((one) => one.throttle === key && !one.isWaking && !had.has(one.runId)).length
    const instants = missed === 0 ? pace.instants : pace.instants.slice(0, -missed)
    const next = freeAt(instants, pace.limit, pace.perMs)
    return {
      workspaceId,
      flowId,
      kind: 'throttle',
      key,
      runId: null,
      state: JSON.stringify({ instants, served: pace.served }),
      freeAt: next > now ? next : null,
      expiresAt: (instants.at(-1) ?? now) + pace.perMs,
    }
  })
}
