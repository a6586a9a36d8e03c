import type { Compiled } from '../engine-api.ts'
import type { CodeBundle } from '../ports.ts'
import type { Plan, PlanStep } from '#shared/plan.ts'

/** A plan with the look-ups that deciding needs, made once for each version and shared by its runs. */
export interface PlanIndex {
  plan: Plan
  steps: ReadonlyMap<string, PlanStep>
  /** The steps inside a loop, or those inside none, in plan order; `starts` have no line in and begin an iteration. */
  bodyOf(loop: string | undefined): Body
  /** Whether any of its steps shares slots. */
  hasSlots: boolean
  /** Place in plan order. */
  order: ReadonlyMap<string, number>
  code: ReadonlyMap<string, CodeBundle>
  /** The lines that leave a trigger or a step, by handle. */
  lines(source: string): ReadonlyMap<string, readonly string[]>
  /** Every step all of whose paths lead to this join: what `cancelRest` cancels. In plan order. */
  leadingOnlyTo(join: string): readonly string[]
}

export interface Body {
  steps: readonly PlanStep[]
  starts: readonly string[]
}

const noBody: Body = { steps: [], starts: [] }
const noLines: ReadonlyMap<string, readonly string[]> = new Map()

export function indexPlan({ plan, code }: Compiled): PlanIndex {
  const steps = new Map(plan.steps.map((step) => [step.id, step]))
  const lines = new Map<string, Map<string, string[]>>()
  for (const step of plan.steps) {
    for (const { source, handle } of step.incoming) {
      let handles = lines.get(source)
      if (!handles) lines.set(source, (handles = new Map()))
      const targets = handles.get(handle)
      if (targets) targets.push(step.id)
      else handles.set(handle, [step.id])
    }
  }
  const linesOf = (source: string) => lines.get(source) ?? noLines
  const bodies = new Map<string | undefined, { steps: PlanStep[]; starts: string[] }>()
  for (const step of plan.steps) {
    let body = bodies.get(step.parent)
    if (!body) bodies.set(step.parent, (body = { steps: [], starts: [] }))
    body.steps.push(step)
    if (step.incoming.length === 0) body.starts.push(step.id)
  }
  const cancelSets = new Map<string, readonly string[]>()
  return {
    plan,
    hasSlots: plan.steps.some((step) => step.concurrency !== undefined),
    steps,
    bodyOf: (loop) => bodies.get(loop) ?? noBody,
    order: new Map(plan.steps.map((step, place) => [step.id, place])),
    code: new Map(Object.entries(code)),
    lines: linesOf,
    leadingOnlyTo(join) {
      let set = cancelSets.get(join)
      if (!set) cancelSets.set(join, (set = findLeadingOnlyTo(plan, linesOf, join)))
      return set
    },
  }
}

function findLeadingOnlyTo(plan: Plan, lines: PlanIndex['lines'], join: string): string[] {
  const inside = new Set([join])
  for (const { id } of plan.steps.toReversed()) {
    const targets = [...lines(id).values()].flat()
    if (targets.length > 0 && targets.every((target) => inside.has(target))) inside.add(id)
  }
  return plan.steps.map((step) => step.id).filter((id) => id !== join && inside.has(id))
}
