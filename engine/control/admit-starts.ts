import type { PoolClient, QueryResultRow } from 'pg'
import { AppError } from '#shared/errors.ts'
import { sliceJson } from '#shared/json-text.ts'
import { emptyWrites } from '../db/empty-writes.ts'
import type { Database } from '../db/database.ts'
import { type Ask, cancelUnstarted, type EndedRun } from '../db/end-unstarted.ts'
import { rowFromEvent } from '../db/event-row.ts'
import { findRun } from '../db/find-run.ts'
import { isNoted } from '../db/is-noted.ts'
import { standsAfterAll } from '../db/stands-after-all.ts'
import { mayBeCommitted } from '../db/unheard-commit.ts'
import { findNamedRuns } from '../db/find-named-runs.ts'
import { findOccupants } from '../db/find-occupants.ts'
import { findKeys, insertKeys, type NewKey, type StartKey } from '../db/insert-keys.ts'
import { lockLanes } from '../db/lock-lanes.ts'
import { type MergedStart, moveCollecting } from '../db/move-collecting.ts'
import { type NotedRequest, noteRequests } from '../db/note-starts.ts'
import { insertPayloads, type ReplacedStart, replaceStarts } from '../db/replace-starts.ts'
import { saveLanes } from '../db/save-lanes.ts'
import { tellOfCancel } from '../db/tell-of-cancel.ts'
import { writeBatch } from '../db/write-batch.ts'
import { failpoint } from '../failpoint.ts'
import { type PreparedStart, startByOf } from '../run/prepare-start.ts'
import type { DropReason, WithStart } from '../engine-api.ts'
import { decideStart, emptyLane, type Lane, type StartDecision } from './decide-start.ts'
import type { Gate } from './start-control.ts'

/** What became of a start that had to ask. */
export type Admitted =
  | { kind: 'created' | 'merged' | 'known'; runId: string; inputHash?: string | null }
  | { kind: 'dropped'; reason: DropReason }

export interface Admission {
  outcomes: Admitted[]
  /** Runs that were cancelled to make room: those already over, and those whose worker has to hear of it. */
  ended: EndedRun[]
  told: { runId: string; workerId: string | null }[]
}

/** Somebody else got between the looking and the writing: the same once more. */
class Overtaken extends Error {}

const mostTries = 5

/**
 * Decides starts one after the other and writes what follows from it, all of it or nothing. Their lanes are held
 * meanwhile, so that of two starts under one key one is always decided after the other is committed.
 */
export async function admitStarts(
  database: Database,
  starts: readonly PreparedStart[],
  { offsetMs, workerId, also }: { offsetMs: number; workerId: string; also?: WithStart | undefined },
): Promise<Admission> {
  for (let tries = 1; ; tries++) {
    let decided: Admission | undefined
    try {
      const admission = await database.transaction(async (_tx, client) => {
        decided = await admitWithin(client, starts, { offsetMs, workerId })
        const [first] = decided.outcomes
        if (first && also) await also(client, { runId: first.kind === 'dropped' ? null : first.runId })
        failpoint('ingest.before-commit')
        return decided
      })
      failpoint('ingest.after-commit')
      return admission
    } catch (error) {
      if (decided && mayBeCommitted(error) && (await isAdmitted(database, starts, decided))) return decided
      if (!(error instanceof Overtaken) || tries === mostTries) throw error
    }
  }
}

/** Whether a decision stands of whose commit nobody has heard: all of it does, if the first thing does that can be looked up. */
async function isAdmitted(
  database: Database,
  starts: readonly PreparedStart[],
  { outcomes }: Pick<Admission, 'outcomes'>,
): Promise<boolean> {
  for (const [at, outcome] of outcomes.entries()) {
    const { start } = starts[at] ?? {}
    if (start === undefined || outcome.kind === 'known') continue
    const { workspaceId } = start
    const request = outcome.kind === 'dropped' ? (start.request ?? start.inbox) : start.request
    if (request) return standsAfterAll(() => isNoted(database, workspaceId, request.id, outcome))
    if (outcome.kind !== 'created') continue
    const { runId } = outcome
    return standsAfterAll(async () => (await findRun(database, workspaceId, runId)) !== undefined)
  }
  return false
}

/**
 * The same as a part of somebody's transaction, which is to be tried again when it fails. A start that depends on no
 * other is let in unless its key led to a run before.
 */
export async function admitWithin(
  client: PoolClient,
  starts: readonly PreparedStart[],
  { offsetMs, workerId }: { offsetMs: number; workerId: string },
): Promise<Admission> {
  const lanes = await holdLanes(client, starts, offsetMs)
  const keys = await findKeys(
    client,
    starts.flatMap(({ start, run }) => (run.key === null ? [] : [{ ...start, key: run.key }])),
  )
  const decided = await decideAll(client, starts, lanes, keys)
  const touched = [...decided.flatMap(({ decision }) => (decision.kind === 'merge' ? decision.runId : []))]
  const cancels = [...new Set(decided.flatMap(({ decision }) => (decision.kind === 'create' ? decision.cancel : [])))]
  await holdRuns(client, lanes.now, touched, cancels, new Set(starts.map(({ facts }) => facts.runId)))
  return write(client, { lanes, decided, cancels, workerId })
}

interface Lanes {
  now: number
  of(prepared: PreparedStart, gate: Gate): Lane
  all: { workspaceId: string; flowId: string; kind: string; key: string; lane: Lane }[]
}

async function holdLanes(client: PoolClient, starts: readonly PreparedStart[], offsetMs: number): Promise<Lanes> {
  const wanted = new Map<string, { workspaceId: string; flowId: string; kind: string; key: string }>()
  const nameOf = (prepared: PreparedStart, gate: Gate) =>
    JSON.stringify([prepared.start.workspaceId, prepared.start.flowId, gate.kind, gate.key])
  for (const prepared of starts) {
    const { workspaceId, flowId } = prepared.start
    for (const gate of gatesOf(prepared)) {
      wanted.set(nameOf(prepared, gate), { workspaceId, flowId, kind: gate.kind, key: gate.key })
    }
  }
  const rows = wanted.size === 0 ? [] : await lockLanes(client, [...wanted.values()], offsetMs)
  const lanes = new Map<string, Lane>()
  const all = rows.map(({ workspaceId, flowId, kind, key, runId, state, expiresAt }) => {
    const lane = laneFrom(runId, state, expiresAt)
    lanes.set(JSON.stringify([workspaceId, flowId, kind, key]), lane)
    return { workspaceId, flowId, kind, key, lane }
  })
  return {
    // Starts without lanes are compared with no others; theirs is the moment they were made.
    now: Math.floor(
      Math.max(...rows.map((row) => row.now), ...(rows.length === 0 ? starts.map(({ facts }) => facts.createdAt) : [])),
    ),
    of: (prepared, gate) => lanes.get(nameOf(prepared, gate)) ?? emptyLane(),
    all,
  }
}

interface Decided {
  prepared: PreparedStart
  decision: StartDecision | { kind: 'known'; runId: string; inputHash: string | null }
}

async function decideAll(
  client: PoolClient,
  starts: readonly PreparedStart[],
  lanes: Lanes,
  keys: readonly StartKey[],
): Promise<Decided[]> {
  const named = lanes.all.flatMap(({ lane }) => lane.runId ?? [])
  const runs = new Map((await findNamedRuns(client, named, lanes.now, false)).map((row) => [row.runId, row]))
  const nameOf = (place: { workspaceId: string; flowId: string }, slots: string) =>
    JSON.stringify([place.workspaceId, place.flowId, slots])
  const groups = new Map<string, string[]>()
  const asked = starts.flatMap((prepared) =>
    gatesOf(prepared).flatMap((gate) => (gate.kind === 'slots' ? [{ ...prepared.start, slots: gate.key }] : [])),
  )
  for (const group of asked) groups.set(nameOf(group, group.slots), [])
  const distinct = [...new Map(asked.map((group) => [nameOf(group, group.slots), group])).values()]
  for (const occupant of await findOccupants(client, distinct)) groups.get(nameOf(occupant, occupant.slots))?.push(occupant.runId)
  const firstUnder = new Map(keys.map((key) => [JSON.stringify([key.workspaceId, key.flowId, key.key]), key]))

  return starts.map((prepared): Decided => {
    const { start, facts, run, control } = prepared
    const key = run.key === null ? undefined : JSON.stringify([start.workspaceId, start.flowId, run.key])
    const first = key === undefined ? undefined : firstUnder.get(key)
    if (first) return { prepared, decision: { kind: 'known', runId: first.runId, inputHash: first.inputHash } }
    if (control === 'failed') return { prepared, decision: { kind: 'drop', reason: 'key_failed' } }
    const decision = decideStart(
      control ?? { gates: [] },
      {
        now: lanes.now,
        lane: (gate) => lanes.of(prepared, gate),
        run: (runId) => runs.get(runId),
        occupants: (slots) => groups.get(nameOf(start, slots)) ?? [],
      },
      { runId: facts.runId, planHash: facts.planHash, delayMs: start.delayMs ?? 0, size: start.trigger.length },
    )
    if (decision.kind === 'create') {
      const isCollecting = decision.dueAt !== null
      runs.set(facts.runId, { runId: facts.runId, planHash: facts.planHash, isCollecting })
      for (const runId of decision.cancel) runs.delete(runId)
      for (const [name, group] of groups) {
        const left = group.filter((runId) => !decision.cancel.includes(runId))
        const joins = run.queue?.slots && !isCollecting && name === nameOf(start, run.queue.slots)
        groups.set(name, joins ? [...left, facts.runId] : left)
      }
    }
    if (key !== undefined && decision.kind !== 'drop') {
      const runId = decision.kind === 'merge' ? decision.runId : facts.runId
      firstUnder.set(key, { ...start, key: run.key ?? '', runId, inputHash: run.inputHash })
    }
    return { prepared, decision }
  })
}

/** Keeps the runs that are about to change as they were seen. */
async function holdRuns(
  client: PoolClient,
  now: number,
  merged: readonly string[],
  cancels: readonly string[],
  fresh: ReadonlySet<string>,
): Promise<void> {
  const there = [...new Set([...merged, ...cancels])].filter((runId) => !fresh.has(runId))
  const rows = new Map((await findNamedRuns(client, there, now, true)).map((row) => [row.runId, row]))
  for (const runId of merged) if (!fresh.has(runId) && !rows.get(runId)?.isCollecting) throw new Overtaken()
}

async function write(
  client: PoolClient,
  { lanes, decided, cancels, workerId }: { lanes: Lanes; decided: Decided[]; cancels: string[]; workerId: string },
): Promise<Admission> {
  const { now } = lanes
  const creates: PreparedStart[] = []
  const moved = new Map<string, MergedStart>()
  const replaced = new Map<string, ReplacedStart>()
  const items: Parameters<typeof insertPayloads>[1][number][] = []
  const noted: NotedRequest[] = []
  const keys: NewKey[] = []
  const outcomes = decided.map(({ prepared, decision }): Admitted => {
    const { start, run } = prepared
    const { workspaceId, flowId } = start
    switch (decision.kind) {
      case 'known':
        return decision
      case 'drop': {
        const request = start.request ?? start.inbox
        if (request) noted.push({ workspaceId, flowId, request, trigger: start.trigger, outcome: { reason: decision.reason } })
        return { kind: 'dropped', reason: decision.reason }
      }
      case 'create':
        creates.push(created(prepared, decision, items))
        // A batch is kept with its run; the request tells of its own start alone.
        if (decision.isFirst && start.request)
          noted.push({
            workspaceId,
            flowId,
            request: start.request,
            trigger: start.trigger,
            outcome: { runId: prepared.facts.runId },
          })
        return { kind: 'created', runId: prepared.facts.runId }
      case 'merge': {
        const { runId, dueAt, isFull } = decision
        const startBy = startByOf(prepared.control, isFull ? now : dueAt)
        moved.set(runId, { workspaceId, runId, dueAt, isFull, startBy })
        if (decision.how === 'append') items.push(itemOf(prepared, runId, decision.place))
        else {
          const first = rowFromEvent(prepared.created, run.request ? null : start.trigger)
          replaced.set(runId, { workspaceId, runId, run, created: first })
        }
        if (start.request) noted.push({ workspaceId, flowId, request: start.request, trigger: start.trigger, outcome: { runId } })
        if (run.key !== null)
          keys.push({ workspaceId, flowId, key: run.key, runId, inputHash: run.inputHash, forMs: run.keyForMs })
        return { kind: 'merged', runId }
      }
    }
  })

  const ask: Ask = async <Row extends QueryResultRow>(text: string, values: unknown[]) =>
    (await client.query<Row>(text, values)).rows
  const ended = cancels.length === 0 ? [] : await cancelUnstarted(ask, cancels, 'flow control', now)
  const over = new Set(ended.map((run) => run.runId))
  const going = cancels.filter((runId) => !over.has(runId) && !creates.some(({ facts }) => facts.runId === runId))
  const told = going.length === 0 ? [] : await tellOfCancel(client, going, 'flow control', now)
  if (creates.length > 0) {
    const batch = creates.map((prepared) => writesFor(prepared))
    if ((await writeBatch(client, workerId, batch)).size < batch.length) throw new Overtaken()
  }
  if (moved.size > 0) await moveCollecting(client, [...moved.values()])
  await replaceStarts(client, [...replaced.values()])
  await insertPayloads(client, items)
  if ((await insertKeys(client, keys)) < keys.length) throw new Overtaken()
  await noteRequests(client, noted)
  // Made and cancelled in one go, when many came at once for few places.
  const madeAndCancelled = cancels.filter((runId) => creates.some(({ facts }) => facts.runId === runId))
  if (madeAndCancelled.length > 0) ended.push(...(await cancelUnstarted(ask, madeAndCancelled, 'flow control', now)))
  await saveLanes(
    client,
    lanes.all.map(({ lane, ...ref }) => ({
      ...ref,
      runId: lane.runId,
      state: stateOf(lane),
      freeAt: null,
      expiresAt: Math.max(lane.expiresAt, now),
    })),
  )
  return { outcomes, ended, told }
}

function created(
  prepared: PreparedStart,
  decision: StartDecision & { kind: 'create' },
  items: Parameters<typeof insertPayloads>[1][number][],
): PreparedStart {
  const { run, facts } = prepared
  const startBy = startByOf(prepared.control, decision.dueAt ?? facts.createdAt)
  const made = { ...run, dueAt: decision.dueAt, startBy }
  if (!decision.isFirst) return { ...prepared, run: made }
  items.push(itemOf(prepared, facts.runId, 0))
  const first = { ...prepared.created, data: { ...prepared.created.data, batch: headOf(prepared.start.trigger) } }
  return { ...prepared, created: first, run: { ...made, request: null } }
}

function writesFor({ facts, created: first, run, start }: PreparedStart) {
  const writes = emptyWrites(facts)
  writes.create = run
  const isBatch = first.data.batch !== undefined
  const payload = isBatch || run.request ? null : start.trigger
  writes.events.push(rowFromEvent(first, payload))
  return writes
}

function itemOf({ start }: PreparedStart, runId: string, place: number) {
  return { workspaceId: start.workspaceId, runId, place: -1 - place, body: sliceJson(start.trigger, ['body']) ?? 'null' }
}

/** What a batch's trigger says beside the list. */
function headOf(trigger: string): string {
  const kind = sliceJson(trigger, ['kind']) ?? 'null'
  const at = sliceJson(trigger, ['at']) ?? 'null'
  return `{"kind":${kind},"at":${at}}`
}

function gatesOf({ control }: PreparedStart): readonly Gate[] {
  return control === undefined || control === 'failed' ? [] : control.gates
}

function laneFrom(runId: string | null, state: string, expiresAt: number): Lane {
  const known: Partial<Lane> = JSON.parse(state)
  return { ...emptyLane(), ...known, runId, expiresAt }
}

function stateOf({ instants, since, until, count, size }: Lane): string {
  return JSON.stringify({ instants, since, until, count, size })
}

/** Why a start under a key that led elsewhere before is refused. */
export function checkSameInput(start: { inputHash?: string | undefined }, known: { inputHash?: string | null }): void {
  if (start.inputHash === undefined || known.inputHash === null || known.inputHash === undefined) return
  if (known.inputHash === start.inputHash) return
  throw new AppError('idempotency_mismatch', 'Another input was sent under this idempotency key before. Use a new key for it.')
}
