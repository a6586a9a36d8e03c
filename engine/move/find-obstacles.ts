import type { Obstacle } from '../engine-api.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { isCarried, leadsToStep } from '../replay/carried-step.ts'
import { followersOf } from '../replay/followers.ts'
import { hasSameBody } from '../replay/same-body.ts'
import { initialState, type NodeState, type RunState } from '../state/run-state.ts'
import { apply } from '../state/state.ts'

/**
 * What stands in the way of a run going on with another version: everything that has happened in it must be something
 * that could have happened in that version too, with the same outcome. Pure; empty when nothing does.
 */
export function findObstacles(before: PlanIndex, after: PlanIndex, events: readonly JournalEvent[]): Obstacle[] {
  const state = fold(before, events)
  if (!after.plan.triggers.some(({ id }) => id === state.triggerId)) {
    const message = `The run was started by "${state.triggerId}", which this version does not have.`
    return [{ path: state.triggerId, code: 'no_trigger', message }]
  }
  const begun = [...state.nodes.values()].filter(hasHappened)
  const obstacles = begun.flatMap((node) => obstacleAt(node, before, after))
  if (obstacles.length > 0) return obstacles
  const moved = tryFold(after, events)
  if (!moved) {
    const message = 'What has happened in the run can’t have happened in this version: a loop in it goes another way.'
    return [{ path: '', code: 'differs', message }]
  }
  return [
    ...begun.flatMap((node) => differenceAt(node, moved)),
    ...begun.flatMap((node) => newBefore(node, before, after, moved)),
  ]
}

function fold(index: PlanIndex, events: readonly JournalEvent[]): RunState {
  const state = initialState(index)
  for (const event of events) apply(state, event)
  return state
}

function tryFold(index: PlanIndex, events: readonly JournalEvent[]): RunState | undefined {
  try {
    return fold(index, events)
  } catch {
    // The journal speaks of rounds that this version would not have begun.
    return undefined
  }
}

/** Skipped steps count only if something of them was recorded: what else was passed over may come yet. */
function hasHappened(node: NodeState): boolean {
  return node.attempt > 0
}

function obstacleAt(node: NodeState, before: PlanIndex, after: PlanIndex): Obstacle[] {
  const { path, step } = node
  if (!leadsToStep(after, path)) {
    return [{ path, code: 'gone', message: `Step "${step.name}" has begun, and this version does not have it in that place.` }]
  }
  if (!isCarried(before, after, path)) {
    return [{ path, code: 'other_type', message: `Step "${step.name}" has begun, and is another kind of step in this version.` }]
  }
  if (node.loop && !hasSameBody(before, after, step.id)) {
    return [{ path, code: 'loop_changed', message: `Loop "${step.name}" has begun, and holds other steps in this version.` }]
  }
  const isInCode = node.calls && !node.calls.isOver && node.calls.requests.length > 0
  if (isInCode && before.code.get(step.id)?.hash !== after.code.get(step.id)?.hash) {
    return [
      { path, code: 'code_changed', message: `The run stands in the middle of the code of "${step.name}", which has changed.` },
    ]
  }
  return []
}

function differenceAt({ path, status, step }: NodeState, moved: RunState): Obstacle[] {
  const now = moved.nodes.get(path)?.status
  if (now === status || status === 'ready') return []
  const message = `Step "${step.name}" is ${status} in the run and would be ${now ?? 'undecided'} in this version.`
  return [{ path, code: 'differs', message }]
}

/** A step that is new would have to run before one that has begun, and can't any more. */
function newBefore({ path, step, scope }: NodeState, before: PlanIndex, after: PlanIndex, moved: RunState): Obstacle[] {
  const inScope = (id: string) => moved.nodes.get(scope.path === '' ? id : `${scope.path}/${id}`)
  return after.bodyOf(step.parent).steps.flatMap((other) => {
    if (!followersOf(after, other.id).has(step.id) || followersOf(before, other.id).has(step.id)) return []
    const status = inScope(other.id)?.status ?? 'undecided'
    if (status !== 'ready' && status !== 'undecided') return []
    const message = `Step "${other.name}" comes before "${step.name}" in this version, and "${step.name}" has begun.`
    return [{ path, code: 'new_before' as const, message }]
  })
}
