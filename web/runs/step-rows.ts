import type { RunStep } from '#shared/run.ts'
import { askedIn } from './code-step-of-run.ts'

/** A line of a list of steps: a step, one that its code asked for, or how many more of those there are. */
export type StepRow =
  | { kind: 'step'; key: string; step: RunStep; place: number }
  | { kind: 'inside'; key: string; step: RunStep }
  | { kind: 'more'; key: string; by: string; hidden: number; failed: number }

/** So many of what one step's code asked for are listed at first, and so many more each time somebody asks. */
export const firstInside = 20
export const moreInside = 100

/**
 * Steps as a list: each with what its code asked for right below it. Code may ask a thousand times, so of that only as
 * many as somebody wanted to see are listed, and always the one that is chosen.
 */
export function stepRows(
  steps: readonly RunStep[],
  shown: ReadonlyMap<string, number>,
  selected: string | undefined,
): readonly StepRow[] {
  const inside = insideOf(steps)
  const known = new Set(steps.map(({ path }) => path))
  // What is listed by itself, as when only failed steps are wanted, stands alone.
  const outer = steps.filter(({ path }) => !known.has(askedIn(path)?.by ?? ''))
  return outer.flatMap((step, index) => [
    { kind: 'step' as const, key: step.path, step, place: index + 1 },
    ...insideRows(step.path, inside.get(step.path) ?? [], shown.get(step.path) ?? firstInside, selected),
  ])
}

/** What code asked for, by the path of the step whose code it was. */
export function insideOf(steps: readonly RunStep[]): ReadonlyMap<string, readonly RunStep[]> {
  const inside = new Map<string, RunStep[]>()
  for (const step of steps) {
    const by = askedIn(step.path)?.by
    if (by === undefined) continue
    const list = inside.get(by)
    if (list === undefined) inside.set(by, [step])
    else list.push(step)
  }
  return inside
}

function insideRows(by: string, steps: readonly RunStep[], limit: number, selected: string | undefined): StepRow[] {
  // One line less of them would be hidden behind a line that says so.
  const most = steps.length === limit + 1 ? limit + 1 : limit
  const isShown = (step: RunStep, index: number) => index < most || step.path === selected
  const rows = steps.filter(isShown).map((step): StepRow => ({ kind: 'inside', key: step.path, step }))
  const hidden = steps.filter((step, index) => !isShown(step, index))
  if (hidden.length === 0) return rows
  const failed = hidden.filter(({ status }) => status === 'failed').length
  return [...rows, { kind: 'more', key: `${by}#`, by, hidden: hidden.length, failed }]
}
