import type { PlanStep } from '#shared/plan.ts'
import { type NodeState, pathIn, type RunState, type Scope } from './run-state.ts'

const withoutOutput: ReadonlySet<string> = new Set(['respond', 'filter', 'stop', 'note'])

/**
 * The step whose value is the output of a run or an iteration: the last `output` step in plan order that ran; without
 * one the last succeeded step. Plan order is topological, so no succeeded step can follow the last one.
 */
export function findOutputIn(state: RunState, scope: Scope, steps: readonly PlanStep[]): NodeState | undefined {
  let last: NodeState | undefined
  for (let place = steps.length - 1; place >= 0; place--) {
    const step = steps[place]
    const node = step && state.nodes.get(pathIn(scope, step.id))
    if (node?.status !== 'succeeded') continue
    if (node.step.type === 'output' && !node.step.disabled) return node
    if (!withoutOutput.has(node.step.type)) last ??= node
  }
  return last
}
