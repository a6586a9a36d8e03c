import type { JsonText } from '#shared/json.ts'
import { append, closeWait, type Arrival, type OwnedRun } from '../run/owned-run.ts'
import type { NodeState } from '../state/run-state.ts'
import type { CallState } from './call-log.ts'

/** Ends a wait that code opened, whether the code is in memory or not. */
export function settleCall(run: OwnedRun, node: NodeState, call: CallState, result: JsonText, handle?: string): void {
  if (call.status !== 'waiting') return
  closeWait(run, call.path)
  const end = handle === undefined ? {} : { data: { handles: [handle] } }
  const event = append(run, { kind: 'step.finished', path: call.path, attempt: call.attempt, ...end }, result)
  run.collected.set(event.seq, result)
  run.calls.get(node.path)?.settled()
}

/** Ends a wait for a call by what came first: the call, or its deadline. */
export function settleByCall(run: OwnedRun, node: NodeState, call: CallState, { kind, body }: Arrival): void {
  if (kind !== 'call' || body === null) settleCall(run, node, call, '{"received":false}', 'timeout')
  else settleCall(run, node, call, `{"received":true,${body.slice(1)}`, 'received')
}
