import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { JsonText } from '#shared/json.ts'
import type { OwnedRun } from './owned-run.ts'
import type { NodeState, Scope } from '../state/run-state.ts'
import { scopeAt } from './scope.ts'

/** What the expressions of a step see now, or what they saw when it was decided; `scope` is another place to stand in. */
export function scopeFor(
  run: OwnedRun,
  node: NodeState,
  place: { scope?: Scope | undefined; results?: JsonText; event?: JsonText } = {},
): ExpressionScope {
  const { facts, host } = run
  const now = { seq: run.state.seq + 1, at: host.time.now() }
  const facing = place.scope ?? node.scope
  return scopeAt(
    {
      runId: run.runId,
      flowId: facts.flowId,
      version: facts.version ?? 'draft',
      startedAt: facts.createdAt,
      signingKeys: host.signingKeys,
      hooksUrl: host.hooksUrl,
      publicUrl: host.publicUrl,
      trigger: run.trigger ?? 'null',
      vars: run.vars,
    },
    run.state,
    run,
    // What is judged between iterations is judged by what is known then.
    place.scope ? now : (node.decided ?? now),
    facing,
    place,
  )
}
