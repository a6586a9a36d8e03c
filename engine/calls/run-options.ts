import { z } from 'zod'
import type { RetryPolicy } from '#shared/plan.ts'

const between = (least: number, most: number) => z.number().min(least).max(most).optional()
const dayMs = 86_400_000

const RunOptions = z.object({
  maxAttempts: between(1, 100),
  factor: between(1, 100),
  minDelayMs: between(0, dayMs),
  maxDelayMs: between(0, dayMs),
  jitter: z.boolean().optional(),
  timeoutMs: between(1, 900_000),
})

/** How often `step.run` tries, and how long a try may take. */
export function runOptionsFrom(text: string): { retry: RetryPolicy; timeoutMs: number | undefined } {
  const { maxAttempts, factor, minDelayMs, maxDelayMs, jitter, timeoutMs } = RunOptions.parse(JSON.parse(text))
  return {
    retry: {
      maxAttempts: Math.floor(maxAttempts ?? 3),
      factor: factor ?? 2,
      minDelayMs: minDelayMs ?? 1000,
      maxDelayMs: maxDelayMs ?? 60_000,
      jitter: jitter ?? true,
    },
    timeoutMs,
  }
}
