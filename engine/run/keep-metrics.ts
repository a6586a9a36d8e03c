import type { JournalEvent } from '../state/journal.ts'
import type { Metric } from '../keep/metric.ts'
import { type OwnedRun, writesOf } from './owned-run.ts'

/** Writes what a step counted with the event that ended it. */
export function keepMetrics(run: OwnedRun, event: JournalEvent, path: string, counted: readonly Metric[]): void {
  if (counted.length === 0) return
  const { metrics } = writesOf(run)
  for (const [n, { at, name, value, tags }] of counted.entries()) {
    const tagsText = Object.keys(tags).length > 0 ? JSON.stringify(tags) : null
    metrics.push({ flowId: run.facts.flowId, seq: event.seq, n, path, at, name, value, tags: tagsText })
  }
}
