const units: { [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** 5 years: what anything may wait at the most. */
export const longestMs = 5 * 366 * 86_400_000

/** Reads `"500ms" "10s" "5m" "2h" "3d"` or milliseconds; undefined when it is neither. */
export function findMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined
  const [, count, unit] = /^\s*(\d{1,15}(?:\.\d{1,15})?)\s*(ms|s|m|h|d)\s*$/.exec(String(value)) ?? []
  return count === undefined || unit === undefined ? undefined : Number(count) * (units[unit] ?? 0)
}

/** A length of time that may be waited; throws for anything else. */
export function waitMs(value: unknown, what: string): number {
  const ms = findMs(value)
  if (ms === undefined || ms > longestMs)
    throw new TypeError(`${what} is a length of time such as "10s", "5m", "2h" or "3d", or milliseconds; 5 years at the most`)
  return Math.round(ms)
}
