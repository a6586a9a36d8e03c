import { AppError } from './errors.ts'
import type { Duration } from './flow.ts'

const unitMs: { [unit: string]: number } & { d: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** 5 years: what a run may wait at the most. */
export const maxDurationMs = 5 * 366 * unitMs.d

const pattern = /^(\d{1,15}(?:\.\d{1,15})?)\s*(ms|s|m|h|d)$/

/** Reads `"500ms" "10s" "5m" "2h" "3d"` or a number of milliseconds; undefined when it is neither or above 5 years. */
export function findDurationMs(value: unknown): number | undefined {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? msFromText(value) : undefined
  return ms !== undefined && ms >= 0 && ms <= maxDurationMs ? ms : undefined
}

function msFromText(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text.trim()) ?? []
  const ms = unit === undefined ? undefined : unitMs[unit]
  return amount === undefined || ms === undefined ? undefined : Math.round(Number(amount) * ms)
}

/** The duration in milliseconds. Throws `invalid_input` for what is no duration or is longer than 5 years. */
export function durationMs(value: Duration): number {
  const ms = findDurationMs(value)
  if (ms !== undefined) return ms
  throw new AppError(
    'invalid_input',
    `${JSON.stringify(value)} is not a length of time. Write it like "10s", "5m", "2h" or "3d", 5 years at the most.`,
  )
}
