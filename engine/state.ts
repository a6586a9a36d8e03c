import type { PlanStep } from '#shared/plan.ts'
import type { RunError } from '#shared/run.ts'
import type { JournalEvent, RunEnd, StepEnd, StepFailure, StepLoss, StepWait } from './journal.ts'
import type { PlanIndex } from './plan-index.ts'

/** What the journal says of one step. */
export interface NodeState {
  readonly step: PlanStep
  readonly path: string
  status: 'undecided' | 'ready' | 'running' | 'retrying' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled'
  /** Incoming lines that were taken, and those that never will be. */
  taken: number
  dead: number
  /** The number of the last attempt, counting every one. */
  attempt: number
  /** Attempts that don't count towards `maxAttempts`: lost ones, and those before a person asked for a new try. */
  uncounted: number
  /** 2 and more once a person asked for a new try after an answered failure: it gets a new idempotency key. */
  tryNumber: number
  /** When the step was first decided to run: its input is a function of what the journal said then. */
  decided: { seq: number; at: number } | undefined
  /** The event of its outcome. */
  endSeq: number | undefined
  handles: readonly string[]
  error: RunError | undefined
  wait: StepWait | { kind: 'attention' | 'inDoubt' } | undefined
  retryAt: number | undefined
}

/** A run as its journal tells it. `apply` is the only one to change it. */
export interface RunState {
  readonly index: PlanIndex
  seq: number
  nodes: Map<string, NodeState>
  /** Decided to run and not begun, in the order of the decisions. */
  ready: Set<string>
  running: Set<string>
  retrying: Set<string>
  waiting: Set<string>
  /** Steps that failed with nothing to handle it. */
  failures: Set<string>
  /** Attempts that end with a failed run before they had an outcome: a retry begins them again. */
  interrupted: Set<string>
  cancel: { by: string; when: 'now' | 'afterStep' } | undefined
  /** Ends the run whatever else is going on. */
  ending: { status: 'succeeded' | 'failed' | 'cancelled'; error: RunError | null } | undefined
  end: RunEnd | undefined
  /** Attempts that were lost in a crash and have not ended since; with how often in a row. */
  suspects: Map<string, { losses: number; alone: number }>
  responded: boolean
  /** Running or waiting steps the journal has just cancelled; whoever carries the run out stops them. */
  cancelled: string[]
  /** Steps the journal has just passed over: skipped, or cancelled before they began. For whoever shows the run. */
  passedOver: string[]
}

export function initialState(index: PlanIndex): RunState {
  return {
    index,
    seq: -1,
    nodes: new Map(),
    ready: new Set(),
    running: new Set(),
    retrying: new Set(),
    waiting: new Set(),
    failures: new Set(),
    interrupted: new Set(),
    cancel: undefined,
    ending: undefined,
    end: undefined,
    suspects: new Map(),
    responded: false,
    cancelled: [],
    passedOver: [],
  }
}

/** Folds one event into the state, in time proportional to what it changes. Events come in order, without a gap. */
export function apply(state: RunState, event: JournalEvent): void {
  if (event.seq !== state.seq + 1) throw new Error(`The journal has event ${event.seq} after ${state.seq}`)
  state.seq = event.seq
  switch (event.kind) {
    case 'run.created': {
      for (const trigger of state.index.plan.triggers) {
        leave(state, trigger.id, trigger.id === event.data.triggerId ? ['out'] : [])
      }
      return
    }
    case 'run.paused':
      return
    case 'run.cancelRequested': {
      state.cancel = event.data
      if (event.data.when === 'now') state.ending = { status: 'cancelled', error: null }
      return
    }
    case 'run.timedOut': {
      const message =
        'The run took longer than the flow allows. Raise the time limit in the flow’s settings, or find what is slow.'
      state.ending = { status: 'failed', error: { code: 'timeout', message, retryable: true } }
      return
    }
    case 'run.retried':
      return retryRun(state)
    case 'run.finished':
      return finishRun(state, event.data)
    case 'step.started':
      return startStep(state, getNode(state, event.path), event)
    case 'step.finished':
      return finishStep(state, getNode(state, event.path), event, event.data ?? {})
    case 'step.failed':
      return failStep(state, getNode(state, event.path), event, event.data)
    case 'step.lost':
      return loseStep(state, getNode(state, event.path), event.data)
    case 'step.waiting': {
      const node = getNode(state, event.path)
      beginAttempt(node, event)
      becomes(state, node, 'waiting')
      node.wait = event.data
      noteCheckpoint(state, node.path)
      return
    }
    case 'step.skipped': {
      const node = getNode(state, event.path)
      becomes(state, node, 'skipped')
      leave(state, node.path, [])
      return
    }
  }
}

export function getNode(state: RunState, path: string): NodeState {
  const known = state.nodes.get(path)
  if (known) return known
  const step = state.index.steps.get(path)
  if (!step) throw new Error(`The plan has no step "${path}"`)
  const node: NodeState = {
    step,
    path,
    status: 'undecided',
    taken: 0,
    dead: 0,
    attempt: 0,
    uncounted: 0,
    tryNumber: 1,
    decided: undefined,
    endSeq: undefined,
    handles: [],
    error: undefined,
    wait: undefined,
    retryAt: undefined,
  }
  state.nodes.set(path, node)
  return node
}

/** When the first of the run's own timers is due, or undefined when it has none. */
export function nextDueAt(state: RunState): number | undefined {
  let due: number | undefined
  const consider = (at: number | null | undefined) => {
    if (at !== undefined && at !== null && (due === undefined || at < due)) due = at
  }
  for (const path of state.retrying) consider(getNode(state, path).retryAt)
  for (const path of state.waiting) consider(dueAtOf(getNode(state, path)))
  return due
}

export function dueAtOf(node: NodeState): number | null {
  if (node.status === 'retrying') return node.retryAt ?? null
  if (node.wait?.kind === 'delay') return node.wait.until
  if (node.wait?.kind === 'call') return node.wait.expiresAt
  return null
}

function becomes(state: RunState, node: NodeState, status: NodeState['status']): void {
  setOf(state, node.status)?.delete(node.path)
  node.status = status
  setOf(state, status)?.add(node.path)
  if (status === 'skipped') state.passedOver.push(node.path)
}

function setOf(state: RunState, status: NodeState['status']): Set<string> | undefined {
  switch (status) {
    case 'ready':
      return state.ready
    case 'running':
      return state.running
    case 'retrying':
      return state.retrying
    case 'waiting':
      return state.waiting
    case 'failed':
      return state.failures
    case 'undecided':
    case 'succeeded':
    case 'skipped':
    case 'cancelled':
      return undefined
  }
}

function beginAttempt(node: NodeState, event: JournalEvent & { attempt: number }): void {
  node.attempt = event.attempt
  node.decided ??= { seq: event.seq, at: event.at }
  node.retryAt = undefined
}

function startStep(state: RunState, node: NodeState, event: JournalEvent & { attempt: number }): void {
  beginAttempt(node, event)
  becomes(state, node, 'running')
}

function finishStep(state: RunState, node: NodeState, event: JournalEvent & { attempt: number }, end: StepEnd): void {
  beginAttempt(node, event)
  node.wait = undefined
  noteCheckpoint(state, node.path)
  if (end.reply) state.responded = true
  if (end.stop) stopRun(state, node, event.seq, end.stop)
  else succeed(state, node, event.seq, end.handles ?? ['out'])
}

function stopRun(state: RunState, node: NodeState, seq: number, stop: NonNullable<StepEnd['stop']>): void {
  if (stop.as === 'succeeded') {
    succeed(state, node, seq, [])
    state.ending ??= { status: 'succeeded', error: null }
    return
  }
  node.error = { code: 'stopped', message: stop.message, nodeId: node.step.id, path: node.path, retryable: false }
  node.endSeq = seq
  becomes(state, node, 'failed')
  state.ending ??= { status: 'failed', error: node.error }
}

function failStep(state: RunState, node: NodeState, event: JournalEvent & { attempt: number }, failure: StepFailure): void {
  beginAttempt(node, event)
  noteCheckpoint(state, node.path)
  node.error = failure.error
  if (failure.retryAt !== null) {
    node.retryAt = failure.retryAt
    return becomes(state, node, 'retrying')
  }
  node.endSeq = event.seq
  switch (node.step.onError) {
    case 'stop':
      return becomes(state, node, 'failed')
    case 'continue':
      return succeed(state, node, event.seq, ['out'])
    case 'route':
      return succeed(state, node, event.seq, ['error'])
    case 'park': {
      node.wait = { kind: 'attention' }
      return becomes(state, node, 'waiting')
    }
  }
}

function loseStep(state: RunState, node: NodeState, loss: StepLoss): void {
  node.uncounted++
  if (loss.crashed) {
    const before = state.suspects.get(node.path) ?? { losses: 0, alone: 0 }
    state.suspects.set(node.path, { losses: before.losses + 1, alone: loss.alone ? before.alone + 1 : 0 })
  }
  if (node.step.effect && node.step.delivery === 'atMostOnce') {
    // It may have acted: only a person can say.
    node.wait = { kind: 'inDoubt' }
    return becomes(state, node, 'waiting')
  }
  becomes(state, node, 'ready')
}

/** A checkpoint of the run breaks every series of losses, and clears the step it is of. */
function noteCheckpoint(state: RunState, path: string): void {
  if (state.suspects.size === 0) return
  state.suspects.delete(path)
  for (const suspect of state.suspects.values()) Object.assign(suspect, { losses: 0, alone: 0 })
}

function succeed(state: RunState, node: NodeState, seq: number, handles: readonly string[]): void {
  node.endSeq = seq
  node.handles = handles
  becomes(state, node, 'succeeded')
  leave(state, node.path, handles)
}

/** Settles every line that leaves a step or trigger, and those behind steps that are skipped by it. */
function leave(state: RunState, source: string, handles: readonly string[]): void {
  const left: [source: string, handles: readonly string[]][] = [[source, handles]]
  for (const [from, through] of left) {
    for (const [handle, targets] of state.index.lines(from)) {
      for (const target of targets) {
        const node = getNode(state, target)
        if (through.includes(handle)) node.taken++
        else node.dead++
        if (node.status === 'undecided' && decideJoin(state, node) === 'skipped') left.push([target, []])
      }
    }
  }
}

function decideJoin(state: RunState, node: NodeState): NodeState['status'] {
  const { join, incoming } = node.step
  const open = incoming.length - node.taken - node.dead
  const needed = join === 'all' ? incoming.length : join === 'any' ? 1 : join.atLeast
  const fires = join === 'all' ? open === 0 && node.taken > 0 : node.taken >= needed
  const cannot = join === 'all' ? open === 0 && node.taken === 0 : node.taken + open < needed
  if (fires) {
    becomes(state, node, 'ready')
    if (node.step.cancelRest) for (const path of state.index.leadingOnlyTo(node.path)) cancelStep(state, getNode(state, path))
  } else if (cannot) becomes(state, node, 'skipped')
  return node.status
}

function cancelStep(state: RunState, node: NodeState): void {
  switch (node.status) {
    case 'running':
    case 'waiting':
    case 'retrying':
      state.cancelled.push(node.path)
      state.suspects.delete(node.path)
      return becomes(state, node, 'cancelled')
    case 'undecided':
    case 'ready':
      state.passedOver.push(node.path)
      return becomes(state, node, 'cancelled')
    case 'succeeded':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return
  }
}

function finishRun(state: RunState, end: RunEnd): void {
  state.end = end
  if (end.status === 'failed') {
    // Waits stay open: the run may be retried.
    for (const path of [...state.running]) {
      state.interrupted.add(path)
      cancelStep(state, getNode(state, path))
    }
    return
  }
  for (const path of [...state.running, ...state.waiting, ...state.retrying, ...state.ready]) {
    cancelStep(state, getNode(state, path))
  }
}

function retryRun(state: RunState): void {
  state.end = undefined
  state.ending = undefined
  state.cancel = undefined
  state.suspects.clear()
  for (const path of [...state.failures, ...state.interrupted]) {
    const node = getNode(state, path)
    if (node.status === 'failed' && wasAnswered(node.error)) node.tryNumber++
    node.uncounted = node.attempt
    becomes(state, node, 'ready')
  }
  state.interrupted.clear()
}

/** Whether the other side said no: then asking again must not look like the same request. */
function wasAnswered(error: RunError | undefined): boolean {
  return error?.status !== undefined
}
