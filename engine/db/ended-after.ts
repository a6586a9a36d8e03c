import { timeOfId } from '#shared/ids.ts'

/** Clocks of two processes differ less than this: a run never ends longer before it was made. */
export const clockErrorMs = 3_600_000

/** Seconds since 1970 after which runs of these ids ended: older days of the history need not be looked into. */
export function endedAfter(...runIds: readonly string[]): number {
  const made = runIds.map((runId) => timeOfId(runId) ?? 0)
  return ((made.length === 0 ? 0 : Math.min(...made)) - clockErrorMs) / 1000
}
