import type { Arrival, OwnedRun } from '../run/owned-run.ts'
import type { NodeState } from '../state/run-state.ts'
import { settleQuestion } from './ask-for-code.ts'
import type { CallState } from './call-log.ts'
import { settleByCall } from './settle-call.ts'

/** Ends a wait of code's by what came for it, if that is what it waits for. */
export function settleByArrival(run: OwnedRun, node: NodeState, call: CallState, arrival: Arrival): void {
  const { kind, body } = arrival
  if (call.wait?.kind === 'call' && kind !== 'vote') settleByCall(run, node, call, arrival)
  else if (call.wait?.kind === 'approval') settleQuestion(run, node, call, kind === 'vote' ? body : null)
}
