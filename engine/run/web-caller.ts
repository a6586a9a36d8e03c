import type { OwnedRun } from './owned-run.ts'

/**
 * Where whoever sent the web request stands that a run was started by: still `waiting`, `answered` at once or by the run,
 * or `heldEnough`: answered because the run took too long, so that an answer reaches only who sends the request again.
 */
export type WebCaller = 'waiting' | 'answered' | 'heldEnough'

const usualTimeoutMs = 30_000

/** Of a run that no web request started nothing is known: somebody may be waiting. */
export function webCallerOf({ state, index, facts }: OwnedRun, now: number): WebCaller {
  if (state.responded) return 'answered'
  const trigger = index.plan.triggers.find(({ id }) => id === state.triggerId)
  if (trigger?.type !== 'webhook') return 'waiting'
  const { respond = 'immediately', respondTimeoutMs = usualTimeoutMs } = trigger.params
  if (respond === 'immediately') return 'answered'
  return now - facts.createdAt > Number(respondTimeoutMs) ? 'heldEnough' : 'waiting'
}
