import type { RunSummary } from '#shared/run.ts'

export interface MergedRuns {
  /** What to show, newest first. */
  rows: RunSummary[]
  /** Runs newer than what is shown. */
  newCount: number
  /** Whether runs may lie between the fresh page and the older ones that neither holds. */
  hasGap: boolean
}

/**
 * Lays the first page, read again every moment, over the pages read before: rows take their newest state in place,
 * rows that no longer match the filters go, and rows newer than `shownUntil` wait to be asked for.
 */
export function mergeRuns(
  fresh: { items: readonly RunSummary[]; isWhole: boolean },
  older: readonly RunSummary[],
  shownUntil: string | undefined,
): MergedRuns {
  const freshIds = new Set(fresh.items.map((run) => run.id))
  const oldestFresh = fresh.items.at(-1)?.id
  const isCovered = (id: string) => fresh.isWhole || (oldestFresh !== undefined && id >= oldestFresh)
  const rest = older.filter((run) => !freshIds.has(run.id) && !isCovered(run.id))
  const isShown = (run: RunSummary) => shownUntil === undefined || run.id <= shownUntil
  const newestOlder = older[0]?.id
  return {
    rows: [...fresh.items.filter(isShown), ...rest],
    newCount: fresh.items.filter((run) => !isShown(run)).length,
    hasGap: !fresh.isWhole && newestOlder !== undefined && oldestFresh !== undefined && newestOlder < oldestFresh,
  }
}
