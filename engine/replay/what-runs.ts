import type { PlanStep } from '#shared/plan.ts'
import type { WillRun } from '../engine-api.ts'
import { getNode, type NodeState, pathIn, type RunState, type Scope } from '../state/run-state.ts'

/** Rounds that are told one by one; more of them are told as one. */
const mostRounds = 1000

const severalExits: ReadonlySet<string> = new Set([
  'branch',
  'switch',
  'filter',
  'waitForCall',
  'waitForForm',
  'waitForEvent',
  'approval',
])

/** Whether something will happen, for all the plan can tell. */
type Likely = 'yes' | 'maybe' | 'no'

/**
 * What a run that stands like this will execute yet, found by following the lines. What depends on outputs that are not
 * known yet, such as the way a branch takes or how often a loop goes round, is there as `maybe`; rounds nobody can
 * count are `each[*]`.
 */
export function whatRuns(state: RunState): WillRun[] {
  const found: WillRun[] = []
  followScope(state, '', undefined, state.scopes.get(''), 'yes', found)
  for (const scope of leftBehind(state)) followScope(state, scope.path, scope.loop?.step.id, scope, 'yes', found)
  return found
}

/** Rounds of loops that are over, which were left to finish by themselves. */
function leftBehind(state: RunState): Set<Scope> {
  const scopes = new Set<Scope>()
  for (const paths of [state.ready, state.running, state.retrying, state.waiting, state.looping]) {
    for (const path of paths) {
      const { scope } = getNode(state, path)
      if (scope.loop?.loop?.isOver) scopes.add(scope)
    }
  }
  return scopes
}

function followScope(
  state: RunState,
  scopePath: string,
  loop: string | undefined,
  scope: Scope | undefined,
  outer: Likely,
  found: WillRun[],
): void {
  const { index } = state
  const likely = new Map<string, Likely>()
  const raced = new Set<string>()
  const { steps } = index.bodyOf(loop)
  for (const step of steps) if (step.cancelRest) for (const id of index.leadingOnlyTo(step.id)) raced.add(id)
  for (const step of steps) {
    const node = scope && state.nodes.get(pathIn(scope, step.id))
    if (node && isOver(node)) continue
    const itself = node && node.status !== 'undecided' ? 'yes' : joined(state, step, scope, likely, loop !== undefined)
    const isUnsure = raced.has(step.id) || (step.runIf !== undefined && node?.decided === undefined)
    const runs = itself === 'yes' && isUnsure ? 'maybe' : itself
    likely.set(step.id, runs)
    if (runs === 'no') continue
    const path = scopePath === '' ? step.id : `${scopePath}/${step.id}`
    const certainly = outer === 'yes' && runs === 'yes'
    found.push({ path, effect: effectOf(step), ...(certainly ? {} : { maybe: true }) })
    if (!step.disabled) followRounds(state, step, path, node, certainly ? 'yes' : 'maybe', found)
  }
}

function followRounds(
  state: RunState,
  step: PlanStep,
  path: string,
  node: NodeState | undefined,
  outer: Likely,
  found: WillRun[],
): void {
  if (step.type !== 'forEach' && step.type !== 'repeat') return
  const unknown = () => followScope(state, `${path}[*]`, step.id, undefined, 'maybe', found)
  const loop = node?.loop
  if (!loop) return unknown()
  const total = loop.isEnough ? loop.next : (loop.total ?? Infinity)
  // One round may be enough, and end the others; of those that are gone through again too.
  const rounds = loop.open.size + loop.toLook.length + total - loop.next
  const mayStop = step.type === 'forEach' && step.params['until'] !== undefined && rounds > 1
  const likely = mayStop ? 'maybe' : outer
  for (const scope of loop.open.values()) followScope(state, scope.path, step.id, scope, likely, found)
  if (total - loop.next > mostRounds) return unknown()
  for (let round = loop.next; round < total; round++) {
    followScope(state, `${path}[${round}]`, step.id, undefined, likely, found)
  }
}

function joined(
  state: RunState,
  step: PlanStep,
  scope: Scope | undefined,
  likely: ReadonlyMap<string, Likely>,
  isInLoop: boolean,
): Likely {
  if (step.incoming.length === 0) return isInLoop ? 'yes' : 'no'
  let taken = 0
  let open = 0
  for (const { source, handle } of step.incoming) {
    const way = wayOf(state, source, handle, scope, likely)
    if (way === 'yes') taken++
    else if (way === 'maybe') open++
  }
  const needed = typeof step.join === 'object' ? step.join.atLeast : 1
  if (taken >= needed) return 'yes'
  return taken + open >= needed ? 'maybe' : 'no'
}

/** Whether a line will be taken. */
function wayOf(
  state: RunState,
  source: string,
  handle: string,
  scope: Scope | undefined,
  likely: ReadonlyMap<string, Likely>,
): Likely {
  const step = state.index.steps.get(source)
  if (!step) return source === state.triggerId ? 'yes' : 'no'
  const node = scope && state.nodes.get(pathIn(scope, source))
  if (node && isOver(node)) return node.handles.includes(handle) && node.status === 'succeeded' ? 'yes' : 'no'
  const runs = likely.get(source) ?? 'no'
  if (runs === 'no') return 'no'
  if (step.disabled) return Object.keys(step.outgoing)[0] === handle ? runs : 'no'
  return handle === 'out' && !severalExits.has(step.type) ? runs : 'maybe'
}

function isOver({ status }: NodeState): boolean {
  return status === 'succeeded' || status === 'skipped' || status === 'cancelled' || status === 'failed'
}

function effectOf(step: PlanStep): WillRun['effect'] {
  if (step.disabled) return false
  return step.runs === 'code' || step.type === 'callFlow' ? 'maybe' : step.effect
}
