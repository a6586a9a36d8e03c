import { findCall } from '../keep/code-state.ts'
import { type OwnedRun, writesOf } from '../run/owned-run.ts'

/**
 * Has the run cancelled that a cancelled step started, unless it is to be left. The order is written with what cancels
 * the step, and carried out after that commit. Of a failed run nothing is cancelled: it may be retried, and finds what
 * it waits for.
 */
export function cancelChildOf(run: OwnedRun, path: string): void {
  const asked = findCall(run.state, path)
  if (asked?.call.child !== undefined && !run.state.interrupted.has(asked.node.path)) cancelChild(run, asked.call.child)
  const node = run.state.nodes.get(path)
  if (node?.child === undefined || node.step.params['onParentCancel'] === 'leave' || run.state.interrupted.has(path)) return
  cancelChild(run, node.child)
}

/** A run that was cancelled as a whole takes those with it that it has started and does not wait for. */
export function cancelUnawaited(run: OwnedRun): void {
  for (const node of run.state.nodes.values()) {
    if (node.status === 'succeeded' && node.step.params['wait'] === false) cancelChildOf(run, node.path)
    for (const call of node.calls?.ended ?? []) if (call.child !== undefined) cancelChild(run, call.child)
  }
}

export function cancelChild(run: OwnedRun, child: string): void {
  const body = JSON.stringify({ by: run.runId, when: run.state.cancel?.when ?? 'now' })
  writesOf(run).outbox.push({ seq: run.state.seq, kind: 'cancel', target: child, path: '', body })
}
