import type { PlanIndex } from '../state/plan-index.ts'

/** Whether a loop holds the same steps in both plans, connected in the same way, loops inside it included. */
export function hasSameBody(before: PlanIndex, after: PlanIndex, loop: string): boolean {
  return before === after || bodyText(before, loop) === bodyText(after, loop)
}

function bodyText(index: PlanIndex, loop: string): string {
  return JSON.stringify(
    index
      .bodyOf(loop)
      .steps.map(({ id, type, incoming, join, cancelRest, disabled }) => [
        id,
        type,
        incoming,
        join,
        cancelRest,
        disabled,
        bodyText(index, id),
      ]),
  )
}
