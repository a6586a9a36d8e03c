import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { RunError } from '#shared/run.ts'

/** A run that waits for one it has just started is not let go at once: many are over in a moment. */
export const heldForChildMs = 1000

/** A run that a step wants started. */
export interface ChildCall {
  /** Chosen when the step was decided, and part of that decision. */
  runId: string
  flowId: string
  path: string
  input: JsonText
  /** The step waits for its end. */
  isAwaited: boolean
  /** When it was decided. */
  at: number
}

/** What became of a run that has ended; `gone`: it is not kept any longer. */
export type ChildEnd =
  | { status: 'succeeded'; flowId: string; output: JsonText }
  | { status: 'failed' | 'cancelled'; flowId: string; error: RunError | null }
  | { status: 'gone' }

/** Why a step fails that waited for this end. Whether another call could help is for the other run's error to say. */
export function errorOfChild(stepName: string, runId: string, end: Exclude<ChildEnd, { status: 'succeeded' }>): AppError {
  if (end.status === 'gone')
    return new AppError('flow_failed', `What the flow gave that step "${stepName}" ran is not kept any longer.`)
  const { flowId, error, status } = end
  const message =
    status === 'cancelled'
      ? `The run that step "${stepName}" waited for was cancelled${error ? `: ${error.message}` : '.'}`
      : `The flow that step "${stepName}" ran failed: ${error?.message ?? 'it does not say why.'}`
  return new AppError('flow_failed', message, { retryable: error?.retryable ?? false, details: { flowId, runId, error } })
}
