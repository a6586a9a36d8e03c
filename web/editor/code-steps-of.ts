import { findCodeSteps, type CodeStep } from '#shared/find-code-steps.ts'
import type { FlowNode } from '#shared/flow.ts'
import { codeStepWords } from '../words/code-step-words.ts'

/** Something that a step's code asks for: by its text, or by a run that did what the text doesn't show. */
export type InsideStep = Pick<CodeStep, 'name' | 'parts' | 'inLoop'> & { kind: string; line: number | undefined }

const none: readonly InsideStep[] = []
// By what the step is set to, which stays the same object when its name or place changes.
const known = new WeakMap<FlowNode['params'], readonly InsideStep[]>()
/** What was read last: its inputs may have changed, and not its code. */
let last: { code: string; steps: readonly InsideStep[] } = { code: '', steps: none }

/** The durable steps that are asked for in a step's code, each name once, where it stands first. */
export function codeStepsOf(node: FlowNode): readonly InsideStep[] {
  if (node.type !== 'code') return none
  const before = known.get(node.params)
  if (before !== undefined) return before
  const { code } = node.params
  const steps = typeof code === 'string' ? read(code) : none
  known.set(node.params, steps)
  return steps
}

/** The same step, of whose code more is known than its text tells. */
export function withMoreInside(node: FlowNode, more: readonly InsideStep[]): FlowNode {
  const params = { ...node.params }
  known.set(params, [...codeStepsOf(node), ...more])
  return { ...node, params }
}

function read(code: string): readonly InsideStep[] {
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
export function codeStepKey({ kind, parts }: Pick<InsideStep, 'kind' | 'parts'>): string {
  return [kind, ...parts].join('\0')
}

/** A name as it is shown: `save …` when the rest is known only in a run, and what it is when nothing is known. */
export function codeStepName({ kind, parts }: Pick<InsideStep, 'kind' | 'parts'>): string {
  return parts.every((part) => part === '') ? codeStepWords(kind) : parts.join('…')
}
