import { findDurationMs } from './duration.ts'
import type { Duration } from './flow.ts'

const named: ReadonlyMap<unknown, number> = new Map([
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
])

/** What a limit counts for, a named period or a duration, in milliseconds; undefined when it is neither. */
export function periodMs(per: Duration): number | undefined {
  return named.get(per) ?? findDurationMs(per)
}
