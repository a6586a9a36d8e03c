import { stopCode } from '../keep/code-state.ts'
import { becomes, getNode, type NodeState, pathIn, type RunState } from './run-state.ts'

/** Takes a step out of the run: what it was doing is stopped by whoever carries the run out. */
export function cancelStep(state: RunState, node: NodeState): void {
  if (node.loop) closeLoop(state, node)
  switch (node.status) {
    case 'looping':
    case 'running':
    case 'waiting':
    case 'retrying':
      stopCode(state, node)
      state.cancelled.push(node.path)
      state.suspects.delete(node.path)
      return becomes(state, node, 'cancelled')
    case 'undecided':
    case 'ready':
      stopCode(state, node)
      state.passedOver.push(node.path)
      return becomes(state, node, 'cancelled')
    case 'succeeded':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return
  }
}

/** Ends a loop: nothing of its iterations goes on, and no further one begins. */
export function closeLoop(state: RunState, node: NodeState): void {
  const { loop } = node
  if (!loop || loop.isOver) return
  loop.isOver = true
  loop.isEnough = true
  loop.toLook.length = 0
  state.toLook.delete(node.path)
  state.toEnd.delete(node.path)
  cancelOpen(state, node)
}

/** Stops the iterations of a loop that are under way, but for those spared. */
export function cancelOpen(state: RunState, { loop, path: loopPath, step }: NodeState, spared?: ReadonlySet<number>): void {
  if (!loop) return
  state.overfull.delete(loopPath)
  for (const scope of loop.open.values()) {
    if (spared?.has(scope.index)) continue
    for (const { id } of state.index.bodyOf(step.id).steps) {
      const path = pathIn(scope, id)
      if (state.nodes.has(path)) cancelStep(state, getNode(state, path))
    }
  }
  if (!spared) return loop.open.clear()
  for (const index of [...loop.open.keys()]) if (!spared.has(index)) loop.open.delete(index)
}
