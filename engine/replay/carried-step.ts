import { hasSameBody } from './same-body.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { levelsOf } from './step-place.ts'

/** Whether a path leads to a step of the plan, through the loops it says. */
export function leadsToStep(index: PlanIndex, path: string): boolean {
  let parent: string | undefined
  for (const { id, round } of levelsOf(path)) {
    const step = index.steps.get(id)
    if (!step || step.parent !== parent) return false
    if (round !== undefined && step.type !== 'forEach' && step.type !== 'repeat') return false
    parent = id
  }
  return true
}

/** Whether what was recorded of a step under one plan is of the same step under another: same place, same type. */
export function isCarried(before: PlanIndex, after: PlanIndex, path: string): boolean {
  if (before === after) return true
  if (!leadsToStep(after, path)) return false
  return levelsOf(path).every(({ id, round }) => {
    const step = after.steps.get(id)
    if (step?.type !== before.steps.get(id)?.type) return false
    // A pass builds on the one before: with other steps in them, none of them can stay.
    return round === undefined || step?.type !== 'repeat' || hasSameBody(before, after, id)
  })
}
