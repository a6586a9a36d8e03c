import type { Flow } from '#shared/flow.ts'
import type { RunStep } from '#shared/run.ts'
import { codeStepKey, withMoreInside, type InsideStep } from '../editor/code-steps-of.ts'
import { findNode } from '../editor/document-index.ts'
import { codePlaceOf } from './code-place-of.ts'
import { askedIn } from './code-step-of-run.ts'

/** Kinds whose names the code doesn't give: all of one kind are told together. */
const unnamed = new Set(['fetch', 'state.get', 'state.set', 'once'])
/** So many names of one step are told one by one. */
const mostNames = 20

/**
 * The flow with what a run's code asked for although its text doesn't say so: calls between steps, steps asked for by a
 * helper, and in a run of the draft what was changed since.
 */
export function withAsked(document: Flow, steps: readonly RunStep[]): Flow {
  const more = new Map<string, Map<string, InsideStep>>()
  for (const step of steps) {
    const name = askedIn(step.path)?.name
    if (name === undefined || findNode(document, step.nodeId) === undefined || codePlaceOf(document, step) !== undefined) continue
    const { nodeId, call: kind = 'run' } = step
    const found = more.get(nodeId) ?? new Map<string, InsideStep>()
    more.set(nodeId, found)
    const isKnown = !unnamed.has(kind) && (found.has(codeStepKey({ kind, parts: [name] })) || found.size < mostNames)
    const parts = isKnown ? [name] : ['', '']
    found.set(codeStepKey({ kind, parts }), { kind, name: isKnown ? name : undefined, parts, inLoop: false, line: undefined })
  }
  if (more.size === 0) return document
  const nodes = document.nodes.map((node) => {
    const added = more.get(node.id)
    return added === undefined ? node : withMoreInside(node, [...added.values()])
  })
  return { ...document, nodes }
}
