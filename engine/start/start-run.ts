import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { Committer, Committing } from '../worker/committer.ts'
import { type Admitted, checkSameInput } from '../control/admit-starts.ts'
import type { LanePlace } from '../control/lane-worker.ts'
import type { Database } from '../db/database.ts'
import { findKey } from '../db/find-key.ts'
import { findRun } from '../db/find-run.ts'
import type { NewRun } from '../db/write-batch.ts'
import { rowFromEvent } from '../db/event-row.ts'
import type { WithStart, Reply, Start, StartedRun, StartRun } from '../engine-api.ts'
import type { EngineTime } from '../worker/engine-time.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { OwnedRun } from '../run/owned-run.ts'
import type { RunFacts } from '../run/run-facts.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { type PreparedStart, prepareStart } from '../run/prepare-start.ts'
import { FreshRun, KnownRun } from './started-run.ts'
import { createOrderedIds } from './ordered-ids.ts'

export interface StarterOptions {
  database: Database
  committer: Committer
  time: EngineTime
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  /** Takes the run into this process, unless it takes none now. */
  adopt(facts: RunFacts, index: PlanIndex, created: JournalEvent, trigger: JsonText): OwnedRun | undefined
  /** Decides a start that depends on others. */
  admit(start: PreparedStart): Promise<Admitted>
  /** The same in one transaction with something of the caller's. */
  admitWith(start: PreparedStart, also: WithStart): Promise<Admitted>
  /** Whether this process has the run in hand. */
  isHeld(runId: string): boolean
  /** Whether nothing of the flow starts for now. */
  isPaused(workspaceId: string, flowId: string): boolean
  /** A run was left for anybody to claim; in a lane when it has one. */
  onQueued(place: LanePlace | undefined): void
  replyOf(workspaceId: string, runId: string): Promise<Reply>
}

/**
 * Starts runs. A run this process takes is inserted as its own and begun before it is committed: what has no effect
 * may run ahead, so a flow of pure steps is over in the very statement that creates it. A run whose flow says when it
 * may start is left to be claimed; a start that depends on other starts is decided together with them.
 */
export function createStarter(options: StarterOptions) {
  const { committer, time, signingKeys, hooksUrl } = options
  const inTurn = new Map<string, Promise<Start>>()
  const nextId = createOrderedIds('run')

  function prepare(start: StartRun, index: PlanIndex): PreparedStart {
    const now = time.now()
    return prepareStart(start, index, { runId: start.runId ?? nextId(now), now, place: { signingKeys, hooksUrl } })
  }

  function startPrepared({ start, facts, created, run: made, control }: PreparedStart, index: PlanIndex): StartedRun {
    const isPaused = options.isPaused(facts.workspaceId, facts.flowId)
    const mayBegin = control === undefined && !start.delayMs && !isPaused
    const owned = mayBegin ? options.adopt(facts, index, created, start.trigger) : undefined
    const run = owned ?? bystander(facts)
    const writes = committer.writesOf(run)
    const written = committer.outcomeOf(run)
    writes.create = { ...made, owned: owned !== undefined, isPaused }
    writes.events.push(rowFromEvent(created, start.request ? null : start.trigger))
    writes.size += start.trigger.length
    if (owned) {
      owned.goOn()
    } else {
      const place = placeOf(facts, made)
      committer.durable(run).then(
        () => options.onQueued(place),
        () => undefined, // Whoever started it is told.
      )
    }
    return new FreshRun(options, run, written, owned !== undefined)
  }

  async function startAdmitted(prepared: PreparedStart): Promise<Start> {
    return startFrom(prepared, await options.admit(prepared))
  }

  function startFrom({ start }: PreparedStart, outcome: Admitted): Start {
    if (outcome.kind === 'dropped') return { runId: null, reason: outcome.reason }
    if (outcome.kind === 'known') checkSameInput(start, outcome)
    const { workspaceId } = start
    const { runId } = outcome
    return elsewhere(workspaceId, runId, outcome.kind)
  }

  const elsewhere = (workspaceId: string, runId: string, how: 'created' | 'merged' | 'known') =>
    new KnownRun(options, { workspaceId, runId }, how)

  function startFresh(start: StartRun, index: PlanIndex): Start | Promise<Start> {
    const prepared = prepare(start, index)
    return isAlone(prepared) ? startPrepared(prepared, index) : startAdmitted(prepared)
  }

  /** The first start under an id makes the run; one that depends on others leads wherever it led first. */
  async function startNamed(start: StartRun, index: PlanIndex, runId: string): Promise<Start> {
    const { workspaceId } = start
    if (options.isHeld(runId)) return elsewhere(workspaceId, runId, 'known')
    const prepared = prepare(start, index)
    const key = `run:${runId}`
    if (!isAlone(prepared)) return startUnderKey({ ...start, idempotencyKey: key }, index, key)
    const fresh = startPrepared(prepared, index)
    try {
      await fresh.durable
      return fresh
    } catch (error) {
      if (await findRun(options.database, workspaceId, runId)) return elsewhere(workspaceId, runId, 'known')
      throw error
    }
  }

  /** The first start under a key makes the run, the others are led to it. */
  async function startUnderKey(start: StartRun, index: PlanIndex, key: string): Promise<Start> {
    const known = await findFirst(start, key)
    if (known) return known
    const fresh = await startFresh(start, index)
    if (fresh.runId === null) return fresh
    // Asked for now, so that the answer is not gone before the caller can ask.
    fresh.reply.catch(() => undefined)
    try {
      await fresh.durable
      return fresh
    } catch (error) {
      const first = await findFirst(start, key)
      if (first) return first
      throw error
    }
  }

  async function findFirst(start: StartRun, key: string): Promise<StartedRun | undefined> {
    const first = await findKey(options.database, start.workspaceId, start.flowId, key)
    if (!first) return undefined
    checkSameInput(start, first)
    return elsewhere(start.workspaceId, first.runId, 'known')
  }

  /** One after the other: the second finds the first in the table. */
  function takeTurn(place: string, act: () => Promise<Start>): Promise<Start> {
    const mine = (inTurn.get(place) ?? Promise.resolve()).then(act, act)
    inTurn.set(place, mine)
    const forget = () => {
      if (inTurn.get(place) === mine) inTurn.delete(place)
    }
    mine.then(forget, forget)
    return mine
  }

  return {
    /** What would come into being now; writes nothing. */
    prepare,
    /** Left for anybody to claim, and written in one transaction with something of the caller's. */
    async startWith(start: StartRun, index: PlanIndex, also: WithStart): Promise<Start> {
      const prepared = prepare(start, index)
      return startFrom(prepared, await options.admitWith(prepared, also))
    },
    start(start: StartRun, index: PlanIndex): Start | Promise<Start> {
      const { idempotencyKey: key } = start
      if (key?.includes('\0')) throw new AppError('invalid_request', 'An idempotency key is plain text.')
      const { runId } = start
      if (runId !== undefined) return takeTurn(runId, () => startNamed(start, index, runId))
      if (key === undefined) return startFresh(start, index)
      return takeTurn(JSON.stringify([start.workspaceId, start.flowId, key]), () => startUnderKey(start, index, key))
    },
  }
}

/** Whether a start is decided by itself alone. */
function isAlone({ control }: PreparedStart): boolean {
  return control === undefined || (control !== 'failed' && control.gates.length === 0)
}

/** Where a new run stands, when it stands in a lane. */
export function placeOf({ workspaceId, flowId }: RunFacts, { queue, dueAt, startBy }: NewRun): LanePlace | undefined {
  if (!queue) return undefined
  return { workspaceId, flowId, lane: queue.lane, slots: queue.slots, isTimed: dueAt !== null || startBy !== null }
}

/** A run that is made here and carried out by whoever claims it. */
function bystander({ workspaceId, runId }: RunFacts): Committing {
  return { workspaceId, runId, epoch: 1, onCommitted: () => undefined, onLost: () => undefined, onRefused: () => undefined }
}
