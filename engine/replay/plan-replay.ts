import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { exitsOfOutput } from '../exits-of-output.ts'
import type { JournalEvent } from '../journal.ts'
import type { PlanIndex } from '../plan-index.ts'
import { initialState, type NodeState, type RunState, stepIdIn } from '../run-state.ts'
import { apply } from '../state.ts'
import { isCarried, leadsToStep } from './carried-step.ts'
import { isDecided } from './decided-step.ts'
import { Followers } from './followers.ts'
import { hasSameBody } from './same-body.ts'

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
  /** Paths that lead nowhere in this version, and checkpoints that can't be taken into it. */
  missing: string[]
}

/**
 * What of a run's journal a new run begins with. Pure: everything that is decided stays, but for what is to run again.
 * The events keep their order, so folding them is folding a run that has come this far and no further.
 */
export function planReplay(
  old: { index: PlanIndex; events: readonly JournalEvent[] },
  index: PlanIndex,
  wish: ReplayWish,
  at: number,
): ReplayPlan {
  const before = initialState(old.index)
  for (const event of old.events) apply(before, event)
  const missing = new Set<string>()
  const followers = new Followers(index)
  const named = [...wish.from, ...wish.outputs.keys()]
  for (const path of named) if (!isPlace(before, index, path)) missing.add(path)
  for (const path of wish.from) if (!missing.has(path)) followers.addFrom(path)
  const outputs = new Map([...wish.outputs].filter(([path]) => !missing.has(path)))
  for (const path of outputs.keys()) followers.addGiven(path)
  for (const path of outputs.keys()) {
    if (followers.runsAgain(path)) throw conflict(path)
    if (!hasBegun(before, path)) missing.add(path)
  }

  const picked = wish.fromStart ? [] : pickEvents(before, old, index, followers, outputs, missing)
  const given = new Set(picked.flatMap(({ event, from }) => (from === null && 'path' in event ? [event.path] : [])))
  for (const [path, output] of outputs) {
    if (!given.has(path) && !missing.has(path)) picked.push(givenOutput(index, before, path, output, at))
  }
  const events = picked.map((one, place): KeptEvent => ({ ...one, event: { ...one.event, seq: place + 1 } }))
  const state = initialState(index)
  const [created] = old.events
  if (created) apply(state, created)
  for (const { event } of events) apply(state, event)
  state.cancelled.length = 0
  state.passedOver.length = 0
  return { events, state, missing: [...missing] }
}

/** Whether a path names a step that there is, in a round that there was. */
function isPlace(before: RunState, index: PlanIndex, path: string): boolean {
  if (!leadsToStep(index, path)) return false
  const slash = path.lastIndexOf('/')
  return (slash < 0 || before.scopes.has(path.slice(0, slash))) && (!path.endsWith(']') || before.scopes.has(path))
}

function hasBegun(before: RunState, path: string): boolean {
  const node = before.nodes.get(path)
  return node !== undefined && node.attempt > 0
}

function pickEvents(
  before: RunState,
  old: { index: PlanIndex; events: readonly JournalEvent[] },
  index: PlanIndex,
  followers: Followers,
  outputs: ReadonlyMap<string, JsonText>,
  missing: Set<string>,
): KeptEvent[] {
  const picked: KeptEvent[] = []
  const isOpenedAgain = ({ path, step }: NodeState) => followers.reopened.has(path) || !hasSameBody(old.index, index, step.id)
  const lastRetry = old.events.findLastIndex((event) => event.kind === 'run.retried')
  for (const [place, event] of old.events.entries()) {
    const keep = (kept: JournalEvent = event) => picked.push({ event: kept, from: event.seq, payload: null })
    if (!('path' in event)) {
      // Between a failure and the retry of it the steps are what these two make of them.
      if (place <= lastRetry && (event.kind === 'run.finished' || event.kind === 'run.retried')) keep()
      continue
    }
    const { path } = event
    const node = before.nodes.get(path)
    if (!node || followers.runsAgain(path)) continue
    const isDone = isDecided(node, before.failures, isOpenedAgain)
    if (!isCarried(old.index, index, path)) {
      if (isDone) missing.add(path)
      continue
    }
    const output = outputs.get(path)
    if (output !== undefined) {
      if (event.kind === 'step.started' && event.data?.loop === undefined) keep()
      else if (event.seq === node.endSeq && isDone) picked.push(givenOutput(index, before, path, output, event.at))
      continue
    }
    if (before.scopes.has(`${path}[0]`) && isReopened(node, isDone, old.index, index, followers)) {
      const kept = reopen(before, node, event, old.index, index, followers)
      if (kept) keep(kept)
    } else if (isDone || node.loop) keep()
  }
  return picked
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
    if (!event.data?.loop || !isList) return event
    let begun = 0
    while (before.scopes.has(`${path}[${begun}]`)) begun++
    return { ...event, data: { ...event.data, loop: { ...event.data.loop, begun } } }
  }
  if (event.kind !== 'step.looked' || !hasSameBody(was, will, step.id)) return undefined
  const reopened = followers.reopened.get(path)
  if (!reopened) return event
  if (!isList) return event.data.item < Math.min(...reopened) ? event : undefined
  if (reopened.has(event.data.item)) return undefined
  return event.data.isEnough ? { ...event, data: { ...event.data, spared: [...reopened] } } : event
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

function conflict(path: string): AppError {
  return new AppError(
    'invalid_request',
    `"${path}" runs again, because something before it does, so its output can’t be given. Leave out one of the two.`,
    { errors: [{ path: `outputs.${path}`, message: 'Runs again' }] },
  )
}
