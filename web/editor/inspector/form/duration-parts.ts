import type { Json } from '#shared/json.ts'

export const durationUnits = ['ms', 's', 'm', 'h', 'd'] as const
export type DurationUnit = (typeof durationUnits)[number]

export const unitWords: Record<DurationUnit, string> = { ms: 'milliseconds', s: 'seconds', m: 'minutes', h: 'hours', d: 'days' }

const msOf: Record<DurationUnit, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export interface DurationParts {
  amount: string
  unit: DurationUnit
}

/** A stored length of time as a number and a unit; undefined when it is a formula or not readable that way. */
export function durationParts(value: Json | undefined): DurationParts | undefined {
  if (value === undefined || value === '') return { amount: '', unit: 'm' }
  if (typeof value === 'number') return partsOfMs(value)
  if (typeof value !== 'string') return undefined
  // Looser than what may be stored for good, so that `1.` stays in the field on the way to `1.5`.
  const match = /^([\d.]+)\s*(ms|s|m|h|d)$/.exec(value)
  const unit = durationUnits.find((known) => known === match?.[2])
  return match?.[1] === undefined || unit === undefined ? undefined : { amount: match[1], unit }
}

/** Milliseconds in the biggest unit that needs no fraction: 90000 is 90 seconds, 120000 is 2 minutes. */
export function partsOfMs(ms: number): DurationParts {
  const unit = durationUnits.toReversed().find((candidate) => ms !== 0 && ms % msOf[candidate] === 0) ?? (ms === 0 ? 's' : 'ms')
  return { amount: String(ms / msOf[unit]), unit }
}

/** The stored form; undefined while the amount is empty. */
export function durationFromParts({ amount, unit }: DurationParts): string | undefined {
  const plain = amount.trim().replace(',', '.')
  return plain === '' ? undefined : `${plain}${unit}`
}

/** The same length of time in milliseconds; undefined while the amount is not a number. */
export function msFromParts({ amount, unit }: DurationParts): number | undefined {
  const plain = amount.trim().replace(',', '.')
  const number = Number(plain)
  return plain === '' || !Number.isFinite(number) || number < 0 ? undefined : Math.round(number * msOf[unit])
}
