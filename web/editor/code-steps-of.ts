import { findCodeSteps, type CodeStep } from '#shared/find-code-steps.ts'
import type { FlowNode } from '#shared/flow.ts'

const none: readonly CodeStep[] = []
// By what the step is set to, which stays the same object when its name or place changes.
const known = new WeakMap<FlowNode['params'], readonly CodeStep[]>()
/** What was read last: its inputs may have changed, and not its code. */
let last: { code: string; steps: readonly CodeStep[] } = { code: '', steps: none }

/** The durable steps that are asked for in a step's code, each name once, where it stands first. */
export function codeStepsOf(node: FlowNode): readonly CodeStep[] {
  if (node.type !== 'code') return none
  const before = known.get(node.params)
  if (before !== undefined) return before
  const { code } = node.params
  const steps = typeof code === 'string' ? read(code) : none
  known.set(node.params, steps)
  return steps
}

function read(code: string): readonly CodeStep[] {
  if (last.code === code) return last.steps
  const seen = new Set<string>()
  const steps = findCodeSteps(code).filter((step) => {
    const key = codeStepKey(step)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  last = { code, steps: steps.length === 0 ? none : steps }
  return last.steps
}

/** What tells a step of some code from the others there. */
export function codeStepKey({ kind, parts }: Pick<CodeStep, 'kind' | 'parts'>): string {
  return [kind, ...parts].join('\0')
}

/** A name as it is shown: `save …` when the rest is known only in a run. */
export function codeStepName({ parts }: Pick<CodeStep, 'parts'>): string {
  return parts.join('…')
}
