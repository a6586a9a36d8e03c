import { type OwnedRun, writesOf } from '../run/owned-run.ts'
import type { RunEnd, RunOrigin } from '../state/journal.ts'

/** What is kept of a failed run until everything that deals with failures was started. */
export interface Failure {
  flowId: string
  at: number
  error: RunEnd['error']
  origin?: RunOrigin
  /** The flow that the failed one's settings name. */
  onFailure?: string
}

/** What follows from a run's end elsewhere, committed with it: the run that waits for it, and what deals with failures. */
export function tellOfEnd(run: OwnedRun, end: RunEnd, { seq, at }: { seq: number; at: number }): void {
  const { facts, origin, index } = run
  const { outbox } = writesOf(run)
  if (origin?.isAwaited && origin.path !== undefined)
    outbox.push({ seq, kind: 'child', target: origin.runId, path: origin.path, body: null })
  // Whoever tries out a draft sees for themselves that it failed.
  if (end.status !== 'failed' || facts.version === null) return
  const onFailure = index.plan.settings.onFailure?.flowId
  const failure: Failure = {
    flowId: facts.flowId,
    at,
    error: end.error,
    ...(origin ? { origin } : {}),
    ...(onFailure === undefined ? {} : { onFailure }),
  }
  outbox.push({ seq, kind: 'failed', target: '', path: '', body: JSON.stringify(failure) })
}
