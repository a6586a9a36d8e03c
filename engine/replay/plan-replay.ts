import type { JsonText } from '#shared/json.ts'
import { askingStep } from '../calls/call-path.ts'
import type { WillRun } from '../engine-api.ts'
import { exitsOfOutput } from '../state/exits-of-output.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { initialState, type NodeState, type RunState, stepIdIn } from '../state/run-state.ts'
import { apply } from '../state/state.ts'
import { isCarried, leadsToStep } from './carried-step.ts'
import { isDecided } from './decided-step.ts'
import { Followers } from './followers.ts'
import { conflict } from './given-conflict.ts'
import { keepCalls } from './kept-calls.ts'
import { hasSameBody } from './same-body.ts'
import { levelsOf } from './step-place.ts'

export interface ReplayedRun {
  runId: string
  index: PlanIndex
  events: readonly JournalEvent[]
}

export interface ReplayWish {
  /** Where it begins again. */
  from: readonly string[]
  /** Outputs that take the place of what steps gave, by path. */
  outputs: ReadonlyMap<string, JsonText>
  /** Nothing is kept but what `outputs` gives. */
  fromStart: boolean
}

/** An event of the new run's journal; its payload is that of the old run's event `from`, or is given here. */
export interface KeptEvent {
  event: JournalEvent
  from: number | null
  payload: JsonText | null
}

export interface ReplayPlan {
  /** What follows on the `run.created` of the new run. */
  events: KeptEvent[]
  /** The new run as it stands when it begins. */
  state: RunState
  /** What code had asked for and will ask for again, by the path of the code's step. */
  calls: ReadonlyMap<string, readonly WillRun[]>
  /** Paths that lead nowhere in this version, and checkpoints that can't be taken into it. */
  missing: string[]
}

/**
 * What of a run's journal a new run begins with. Pure: everything that is decided stays, but for what is to run again.
 * The events keep their order, so folding them is folding a run that has come this far and no further.
 */
export function planReplay(old: ReplayedRun, index: PlanIndex, wish: ReplayWish, at: number): ReplayPlan {
  const before = initialState(old.index)
  for (const event of old.events) apply(before, event)
  const missing = new Set<string>()
  const followers = new Followers(index)
  const named = [...wish.from, ...wish.outputs.keys()]
  for (const path of named) if (!isPlace(before, index, path)) missing.add(path)
  for (const path of wish.from) if (!missing.has(path)) followers.addFrom(path)
  const outputs = new Map([...wish.outputs].filter(([path]) => !missing.has(path)))
  for (const path of outputs.keys()) followers.addGiven(path)
  for (const path of outputs.keys()) if (!hasBegun(before, path)) missing.add(path)
  for (;;) {
    for (const path of outputs.keys()) if (followers.runsAgain(path)) throw conflict(path)
    const calls = new Map<string, readonly WillRun[]>()
    const picked = wish.fromStart ? [] : pickEvents(before, old, index, followers, outputs, { missing, calls }, at)
    const given = new Set(picked.flatMap(({ event, from }) => (from === null && 'path' in event ? [event.path] : [])))
    for (const [path, output] of outputs) {
      if (!given.has(path) && !missing.has(path) && askingStep(path) === undefined)
        picked.push(givenOutput(index, before, path, output, at))
    }
    const folded = foldKept(index, old.events[0], picked)
    if ('stuckAt' in folded) {
      followers.addFrom(folded.stuckAt)
      missing.add(folded.stuckAt)
      continue
    }
    const { state, events } = folded
    const unsettled = unsettledIn(state)
    if (unsettled.length === 0) return { events, state, calls, missing: [...missing] }
    for (const path of unsettled) followers.addFrom(path)
  }
}

/** Gives the loop whose rounds would not have come about in this version, if there is one: it can't be kept. */
function foldKept(
  index: PlanIndex,
  created: JournalEvent | undefined,
  picked: readonly KeptEvent[],
): { state: RunState; events: KeptEvent[] } | { stuckAt: string } {
  const state = initialState(index)
  if (created) apply(state, created)
  const events = numbered(picked)
  for (const [place, { event, from }] of events.entries()) {
    const [outermost] = 'path' in event ? levelsOf(event.path) : []
    if (outermost?.round !== undefined && 'path' in event && !hasRoundOf(state, event.path)) return { stuckAt: outermost.path }
    // A step that others made needless has no use for an output.
    if (from === null && 'path' in event && state.nodes.get(event.path)?.status === 'cancelled')
      return foldKept(index, created, picked.toSpliced(place, 1))
    apply(state, event)
  }
  state.cancelled.length = 0
  state.passedOver.length = 0
  return { state, events }
}

function hasRoundOf(state: RunState, path: string): boolean {
  return state.scopes.has(path.slice(0, path.lastIndexOf('/')))
}

/** Failures that the other version deals with in another way: no outcome to keep, so they are tried again. */
function unsettledIn({ failures, waiting, nodes }: RunState): string[] {
  const parked = [...waiting].filter((path) => {
    const kind = nodes.get(path)?.wait?.kind
    return kind === 'attention' || kind === 'inDoubt'
  })
  return [...failures, ...parked]
}

/** What code was given again names the event that has it. */
function numbered(picked: readonly KeptEvent[]): KeptEvent[] {
  const seqs = new Map(picked.flatMap(({ from }, place) => (from === null ? [] : [[from, place + 1]])))
  return picked.map(({ event, ...rest }, place) => {
    const seq = place + 1
    if (event.kind !== 'step.kept') return { ...rest, event: { ...event, seq } }
    return { ...rest, event: { ...event, seq, data: { ...event.data, seq: seqs.get(event.data.seq) ?? event.data.seq } } }
  })
}

/** Whether a path names a step that there is, in a round that there was. */
function isPlace(before: RunState, index: PlanIndex, path: string): boolean {
  if (!leadsToStep(index, path)) return false
  const asker = askingStep(path)
  if (asker !== undefined) return before.nodes.get(asker)?.calls?.byPath.has(path) ?? false
  const slash = path.lastIndexOf('/')
  return (slash < 0 || before.scopes.has(path.slice(0, slash))) && (!path.endsWith(']') || before.scopes.has(path))
}

function hasBegun(before: RunState, path: string): boolean {
  // What code asked for is there, or it would not have been found.
  if (askingStep(path) !== undefined) return true
  const node = before.nodes.get(path)
  return node !== undefined && node.attempt > 0
}

function pickEvents(
  before: RunState,
  old: ReplayedRun,
  index: PlanIndex,
  followers: Followers,
  outputs: ReadonlyMap<string, JsonText>,
  found: { missing: Set<string>; calls: Map<string, readonly WillRun[]> },
  at: number,
): KeptEvent[] {
  const picked: KeptEvent[] = []
  /** What goes on in the middle of code, after all else. */
  const later: KeptEvent[] = []
  const isOpenedAgain = ({ path, step }: NodeState) => followers.reopened.has(path) || !hasSameBody(old.index, index, step.id)
  const lastRetry = old.events.findLastIndex((event) => event.kind === 'run.retried')
  for (const [place, event] of old.events.entries()) {
    const keep = (kept: JournalEvent = event) => picked.push({ event: withoutChild(kept), from: event.seq, payload: null })
    if (!('path' in event)) {
      // Between a failure and the retry of it the steps are what these two make of them.
      if (place <= lastRetry && (event.kind === 'run.finished' || event.kind === 'run.retried')) keep()
      continue
    }
    const asker = askingStep(event.path)
    const path = asker ?? event.path
    const node = before.nodes.get(path)
    if (!node || followers.runsAgain(path)) continue
    const isDone = isDecided(node, before.failures, isOpenedAgain)
    if (!isCarried(old.index, index, path)) {
      if (isDone && asker === undefined) found.missing.add(path)
      continue
    }
    const output = outputs.get(path)
    if (asker !== undefined) {
      if (isDone && output === undefined && !followers.calls.has(path)) keep()
      continue
    }
    if (output !== undefined) {
      if (event.kind === 'step.started' && event.data?.loop === undefined) keep()
      else if (event.seq === node.endSeq && isDone) picked.push(givenOutput(index, before, path, output, event.at))
      continue
    }
    if (node.calls && (!isDone || followers.calls.has(path))) {
      if (event.kind !== 'step.started' || found.calls.has(path)) continue
      const begun = beginInCode(node, event, old, index, { from: followers.calls.get(path)?.from ?? new Set(), outputs }, at)
      found.calls.set(path, begun.again)
      if (begun.started) keep(begun.started)
      later.push(...begun.events)
      continue
    }
    if (before.scopes.has(`${path}[0]`) && isReopened(node, isDone, old.index, index, followers)) {
      const kept = reopen(before, node, event, old.index, index, followers)
      if (kept) keep(kept)
    } else if (isDone || node.loop) keep(old.index === index ? event : withBegun(before, event))
  }
  return [...picked, ...later]
}

/** A run that was started stays the old run's: the new one neither waits for it nor takes it along when it is cancelled. */
function withoutChild(event: JournalEvent): JournalEvent {
  if (event.kind !== 'step.started' || event.data?.child === undefined) return event
  const { child: _child, ...data } = event.data
  return { ...event, data }
}

/** A code step that goes on in the middle: it has begun, got what is kept for it, and let go of everything. */
function beginInCode(
  node: NodeState,
  first: JournalEvent & { kind: 'step.started' },
  old: ReplayedRun,
  index: PlanIndex,
  wish: { from: ReadonlySet<string>; outputs: ReadonlyMap<string, JsonText> },
  at: number,
): { started?: JournalEvent; events: KeptEvent[]; again: WillRun[] } {
  const { path, calls, step } = node
  const outputs = new Map([...wish.outputs].filter(([given]) => askingStep(given) === path))
  const isSameCode = old.index.code.get(step.id)?.hash === index.code.get(step.id)?.hash
  const { events, again } = keepCalls(node, old.events, { from: wish.from, outputs, isSameCode }, at)
  if (events.length === 0) return { events, again }
  const seed = calls?.seed ?? `${old.runId}:${path}`
  const { attempt } = first
  const suspended: JournalEvent = { seq: 0, at, kind: 'step.suspended', path, attempt, data: { delivered: -1 } }
  return {
    // Its clock starts where it started for the requests that it will make again.
    started: { ...first, at: calls?.startedAt ?? first.at, data: { ...first.data, seed } },
    events: [...events, { event: suspended, from: null, payload: null }],
    again,
  }
}

/** Something in the loop is to run again or for the first time: it goes on where it stands, its items as they are. */
function isReopened(node: NodeState, isDone: boolean, before: PlanIndex, after: PlanIndex, followers: Followers): boolean {
  return !isDone || followers.reopened.has(node.path) || !hasSameBody(before, after, node.step.id)
}

function reopen(
  before: RunState,
  node: NodeState,
  event: JournalEvent & { path: string; attempt: number },
  was: PlanIndex,
  will: PlanIndex,
  followers: Followers,
): JournalEvent | undefined {
  const { step, path } = node
  const isList = step.type === 'forEach'
  if (event.kind === 'step.started') {
    return isList ? withBegun(before, event) : event
  }
  if (event.kind !== 'step.looked' || !hasSameBody(was, will, step.id)) return undefined
  const reopened = followers.reopened.get(path)
  if (!reopened) return event
  if (!isList) return event.data.item < Math.min(...reopened) ? event : undefined
  if (reopened.has(event.data.item)) return undefined
  return event.data.isEnough ? { ...event, data: { ...event.data, spared: [...reopened] } } : event
}

/** The rounds that had begun have begun, whatever would come of the events that are kept. */
function withBegun(before: RunState, event: JournalEvent): JournalEvent {
  if (event.kind !== 'step.started' || event.data?.loop?.total === undefined) return event
  let begun = 0
  while (before.scopes.has(`${event.path}[${begun}]`)) begun++
  return { ...event, data: { ...event.data, loop: { ...event.data.loop, begun } } }
}

function givenOutput(index: PlanIndex, before: RunState, path: string, output: JsonText, at: number): KeptEvent {
  const step = index.steps.get(stepIdIn(path))
  if (!step) throw new Error(`The plan has no step "${path}"`)
  const attempt = Math.max(1, before.nodes.get(path)?.attempt ?? 1)
  return {
    event: { seq: 0, at, kind: 'step.finished', path, attempt, data: { handles: exitsOfOutput(step, output) } },
    from: null,
    payload: output,
  }
}
