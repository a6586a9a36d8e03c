import { timeOfId } from '#shared/ids.ts'

/** Clocks of two processes differ less than this: a run never ends longer before it was made. */
export const clockErrorMs = 3_600_000

/** Seconds since 1970 after which a run of that id ended: older days of the history need not be looked into. */
export function endedAfter(runId: string): number {
  return ((timeOfId(runId) ?? 0) - clockErrorMs) / 1000
}
