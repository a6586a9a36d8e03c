import type { Evidence, Violation } from './evidence.ts'

/** Each unfinished run is owned, ready, has a time, or waits for something that has a row. */
export function nothingStranded({ samples }: Evidence): Violation[] {
  const seen = new Map<string, Violation>()
  for (const { at, runs } of samples) {
    for (const run of runs) {
      if (run.workerId !== null || run.ready || run.isHeld || run.dueAt !== null || run.waits > 0 || seen.has(run.id)) continue
      const what = `at ${new Date(at).toISOString()} it was ${run.status} with no owner, not ready, with no time and no wait`
      seen.set(run.id, { invariant: 'I5', runId: run.id, what })
    }
  }
  return [...seen.values()]
}
