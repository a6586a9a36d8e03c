import type { PlanStep } from '#shared/plan.ts'
import type { RunError } from '#shared/run.ts'
import type { RunEnd, StepWait } from './journal.ts'
import { type CallLog, callsDueAt } from '../calls/call-log.ts'
import type { PlanIndex } from './plan-index.ts'

/** What the journal says of one step. */
export interface NodeState {
  readonly step: PlanStep
  readonly path: string
  /** The run itself, or the iteration it belongs to. */
  readonly scope: Scope
  status:
    | 'undecided'
    | 'ready'
    | 'running'
    /** A loop whose iterations are under way. */
    | 'looping'
    | 'retrying'
    | 'waiting'
    | 'succeeded'
    | 'failed'
    | 'skipped'
    | 'cancelled'
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
  wait: StepWait | { kind: 'attention' | 'inDoubt' | 'calls' } | undefined
  retryAt: number | undefined
  /** What a loop that began has done so far. */
  loop: LoopState | undefined
  /** What a code step that began has asked for. */
  calls: CallLog | undefined
  /** The run its last attempt started. */
  child: string | undefined
  /** The one its last failed attempt started: a person may have set it right by itself. */
  childBefore: string | undefined
  /** Its answer came after the caller had been held long enough. */
  isLateReply: boolean
}

/** A run as its journal tells it. `apply` is the only one to change it. */
export interface RunState {
  readonly index: PlanIndex
  seq: number
  triggerId: string
  nodes: Map<string, NodeState>
  /** The run and every iteration that began, by path; the run's own is ''. */
  scopes: Map<string, Scope>
  /** Decided to run and not begun, in the order of the decisions. */
  ready: Set<string>
  running: Set<string>
  retrying: Set<string>
  waiting: Set<string>
  looping: Set<string>
  /** Loops of which an iteration has ended that an expression has to judge. */
  toLook: Set<string>
  /** Loops with more iterations under way than they may have at once: a replay goes on in several. */
  overfull: Set<string>
  /** Loops with nothing left to do. */
  toEnd: Set<string>
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
  /** Iterations that have just come to their end. */
  ended: Scope[]
}

/** The run itself, or one iteration of a loop in it: a place where steps have a state of their own. */
export interface Scope {
  /** '' for the run, `eachLine[3]` for an iteration. */
  readonly path: string
  readonly loop: NodeState | undefined
  readonly index: number
  /** Steps of an iteration that are not over. */
  left: number
  /** Attempts under way. */
  running: number
  /** Why the item failed; it ends as soon as nothing of it is under way. */
  error: RunError | undefined
}

/** How an iteration ended: where its output is, or why it has none. */
export interface ItemEnd {
  /** The event whose payload is the output; null when there is none. */
  seq: number | null
  /** The step that gave it; absent when the payload was worked out for the item as a whole. */
  path?: string
  error?: RunError
}

export interface LoopState {
  /** How many iterations there will be; undefined when a condition decides. */
  readonly total: number | undefined
  /** The event that fixed the items. */
  readonly seq: number
  /** The first iteration that has not begun. */
  next: number
  /** So many begin at once, whatever `concurrency` says. */
  readonly begun: number
  readonly open: Map<number, Scope>
  readonly ends: (ItemEnd | undefined)[]
  /** Iterations that ended and are not judged yet; -1 stands for the beginning. */
  readonly toLook: number[]
  /** No further iteration begins. */
  isEnough: boolean
  /** The loop is over: what still goes on in it goes on for itself. */
  isOver: boolean
}

export function initialState(index: PlanIndex): RunState {
  const scope: Scope = { path: '', loop: undefined, index: 0, left: 0, error: undefined, running: 0 }
  return {
    index,
    seq: -1,
    triggerId: '',
    nodes: new Map(),
    scopes: new Map([['', scope]]),
    ready: new Set(),
    running: new Set(),
    retrying: new Set(),
    waiting: new Set(),
    looping: new Set(),
    toLook: new Set(),
    overfull: new Set(),
    toEnd: new Set(),
    failures: new Set(),
    interrupted: new Set(),
    cancel: undefined,
    ending: undefined,
    end: undefined,
    suspects: new Map(),
    responded: false,
    cancelled: [],
    passedOver: [],
    ended: [],
  }
}

export function getScope(state: RunState, path: string): Scope {
  const scope = state.scopes.get(path)
  if (!scope) throw new Error(`The run has no iteration "${path}"`)
  return scope
}

/** The path of a step in the run or in an iteration of it. */
export function pathIn(scope: Scope, id: string): string {
  return scope.path === '' ? id : `${scope.path}/${id}`
}

/** The id of the step a path leads to, whatever iteration it is in. */
export function stepIdIn(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1)
  const inner = last.indexOf('#')
  return inner < 0 ? last : last.slice(0, inner)
}

/** The step of that id which a step in this scope sees: of its own iteration, or of those around it. */
export function findVisible(state: RunState, scope: Scope, id: string): NodeState | undefined {
  const parent = state.index.steps.get(id)?.parent
  let at: Scope | undefined = scope
  while (at && at.loop?.step.id !== parent) at = at.loop?.scope
  return at && state.nodes.get(pathIn(at, id))
}

export function getNode(state: RunState, path: string): NodeState {
  const known = state.nodes.get(path)
  if (known) return known
  const slash = path.lastIndexOf('/')
  return nodeIn(state, getScope(state, slash < 0 ? '' : path.slice(0, slash)), slash < 0 ? path : path.slice(slash + 1))
}

/** The state of a step in the run or in one of its iterations. */
export function nodeIn(state: RunState, scope: Scope, id: string): NodeState {
  const path = pathIn(scope, id)
  const known = state.nodes.get(path)
  if (known) return known
  const step = state.index.steps.get(id)
  if (!step || step.parent !== scope.loop?.step.id) throw new Error(`The plan has no step "${path}"`)
  const node: NodeState = {
    step,
    path,
    scope,
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
    loop: undefined,
    calls: undefined,
    child: undefined,
    childBefore: undefined,
    isLateReply: false,
  }
  state.nodes.set(path, node)
  return node
}

/** When the first of the run's own timers is due, or undefined when it has none; but for steps that wait for more than that. */
export function nextDueAt(state: RunState, isElsewhere?: (path: string) => boolean): number | undefined {
  let due: number | undefined
  const consider = (at: number | null | undefined) => {
    if (at !== undefined && at !== null && (due === undefined || at < due)) due = at
  }
  for (const path of state.retrying) if (!isElsewhere?.(path)) consider(getNode(state, path).retryAt)
  for (const path of state.waiting) if (!isElsewhere?.(path)) consider(dueAtOf(getNode(state, path)))
  for (const path of state.running) {
    const { calls } = getNode(state, path)
    // Code that is under way sees to its own pauses.
    if (calls) consider(callsDueAt(calls, 'waits'))
  }
  return due
}

export function dueAtOf(node: NodeState): number | null {
  if (node.status === 'retrying') return node.retryAt ?? null
  if (node.wait?.kind === 'delay') return node.wait.until
  if (node.wait?.kind === 'calls') return node.calls ? callsDueAt(node.calls) : null
  if (node.wait?.kind === 'approval') return earliestOf(node.wait.expiresAt, node.wait.remindAt ?? null)
  return node.wait && 'expiresAt' in node.wait ? node.wait.expiresAt : null
}

function earliestOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}

export function becomes(state: RunState, node: NodeState, status: NodeState['status']): void {
  const { scope } = node
  if (node.status === 'running') scope.running--
  if (status === 'running') scope.running++
  setOf(state, node.status)?.delete(node.path)
  node.status = status
  setOf(state, status)?.add(node.path)
  if (status === 'skipped') state.passedOver.push(node.path)
  if (!scope.loop) return
  if (isOver(status)) scope.left--
  if (scope.running === 0 && (scope.left === 0 || scope.error !== undefined)) state.ended.push(scope)
}

/** Whether an iteration need not wait for a step any longer. A failure that is to be handled by somebody is not the end. */
function isOver(status: NodeState['status']): boolean {
  return status === 'succeeded' || status === 'skipped' || status === 'cancelled'
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
    case 'looping':
      return state.looping
    case 'failed':
      return state.failures
    case 'undecided':
    case 'succeeded':
    case 'skipped':
    case 'cancelled':
      return undefined
  }
}
