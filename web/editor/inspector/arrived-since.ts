import type { RunSummary } from '#shared/run.ts'

interface Arrival {
  /** The newest live run that the start began. */
  newest: string | null
  /** The same, where it came after the last look. */
  arrived: string | undefined
}

/**
 * Whether a start began a live run since the last look, by what was its newest then: null for none, undefined when nobody
 * looked yet. What ran before the first look has not arrived, it was there. The runs are given newest first.
 */
export function arrivedSince(
  seen: string | null | undefined,
  stepId: string,
  runs: readonly Pick<RunSummary, 'id' | 'version' | 'triggerId'>[],
): Arrival {
  const newest = runs.find(({ version, triggerId }) => version !== 'draft' && triggerId === stepId)?.id ?? null
  // Runs are forgotten in time: what is the newest then was there before. Ids sort by the time they were made.
  const isNew = seen !== undefined && newest !== null && (seen === null || newest > seen)
  return { newest, arrived: isNew ? newest : undefined }
}
