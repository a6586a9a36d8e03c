import type { RetrySettings } from '#shared/flow.ts'

/** The waits between the tries as the policy makes them, without the variation; at most the first five. */
export function retryWaits({ maxAttempts = 3, factor = 2, minDelayMs = 1000, maxDelayMs = 60_000 }: RetrySettings): number[] {
  const count = Math.max(0, Math.min(maxAttempts - 1, 5))
  return Array.from({ length: count }, (_, index) => Math.min(maxDelayMs, minDelayMs * factor ** index))
}
