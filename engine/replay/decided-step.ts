import type { NodeState } from '../state/run-state.ts'

/**
 * Whether nothing more happens to a step in its run, by an outcome of its own: it succeeded, was passed over, or
 * failed and was answered for. `stop` is never decided: kept, it would end the run before anything else ran.
 */
export function isDecided(
  node: NodeState,
  failures: ReadonlySet<string>,
  isReopened: (loop: NodeState) => boolean = () => false,
): boolean {
  switch (node.status) {
    case 'succeeded':
      return node.step.type !== 'stop'
    case 'skipped':
      return true
    case 'failed':
      return !failures.has(node.path) && isAnswered(node, isReopened)
    case 'undecided':
    case 'ready':
    case 'running':
    case 'looping':
    case 'retrying':
    case 'waiting':
    case 'cancelled':
      return false
  }
}

/** Whether somebody still answers for a failure: not a loop that waits for a person because of it, or goes on after all. */
function isAnswered({ scope }: NodeState, isReopened: (loop: NodeState) => boolean): boolean {
  let someReopened = false
  for (let { loop } = scope; loop; { loop } = loop.scope) {
    if (loop.step.params['onItemError'] === 'continue') return true
    if (loop.step.onError !== 'stop') return loop.status !== 'waiting' && !isReopened(loop)
    someReopened ||= isReopened(loop)
  }
  // A loop that was over had let it go on by itself.
  return !someReopened
}
