import type { StepError } from '#shared/errors.ts'
import type { RetryPolicy } from '#shared/plan.ts'

/** The longest pause another side can ask for. */
const longestRetryAfterMs = 24 * 3_600_000

/** A pause longer than this gives the run back to the database; a shorter one is waited out in memory. */
export const longestHeldPauseMs = 5000

/**
 * How long to wait before the next attempt, or undefined when there is to be none.
 * `attempts` counts those made, lost ones left out; `random` is in [0, 1).
 */
export function retryDelayMs(policy: RetryPolicy, attempts: number, error: StepError, random: number): number | undefined {
  if (!error.retryable || attempts >= policy.maxAttempts) return undefined
  if (error.retryAfter !== undefined) return Math.min(Math.max(error.retryAfter, 0), longestRetryAfterMs)
  const grown = policy.minDelayMs * policy.factor ** (attempts - 1)
  const spread = policy.jitter ? grown * (0.75 + random * 0.5) : grown
  return Math.min(policy.maxDelayMs, spread)
}
