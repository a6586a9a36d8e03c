import { z } from 'zod'
import type { RetryPolicy } from '#shared/plan.ts'

const least = (n: number) => z.number().min(n).optional()

const RunOptions = z.object({
  maxAttempts: least(1),
  factor: least(1),
  minDelayMs: least(0),
  maxDelayMs: least(0),
  jitter: z.boolean().optional(),
  timeoutMs: least(1),
})

/** How often `step.run` tries, and how long a try may take. */
export function runOptionsFrom(text: string): { retry: RetryPolicy; timeoutMs: number | undefined } {
  const { maxAttempts, factor, minDelayMs, maxDelayMs, jitter, timeoutMs } = RunOptions.parse(JSON.parse(text))
  return {
    retry: {
      maxAttempts: Math.min(Math.floor(maxAttempts ?? 3), 100),
      factor: factor ?? 2,
      minDelayMs: minDelayMs ?? 1000,
      maxDelayMs: maxDelayMs ?? 60_000,
      jitter: jitter ?? true,
    },
    timeoutMs,
  }
}
