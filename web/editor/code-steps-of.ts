import { findCodeSteps, type CodeStep } from '#shared/find-code-steps.ts'
import type { FlowNode } from '#shared/flow.ts'

const none: readonly CodeStep[] = []
const known = new WeakMap<FlowNode, readonly CodeStep[]>()
/** What was read last: a step whose name or place changed is another object with the same code. */
let last: { code: string; steps: readonly CodeStep[] } = { code: '', steps: none }

/** The durable steps that are asked for in a step's code, each name once, where it stands first. */
export function codeStepsOf(node: FlowNode): readonly CodeStep[] {
  if (node.type !== 'code') return none
  const before = known.get(node)
  if (before !== undefined) return before
  const { code } = node.params
  const steps = typeof code === 'string' ? read(code) : none
  known.set(node, steps)
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
