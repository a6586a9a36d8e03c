import type { RunFilter } from '../engine-api.ts'
import type { Database } from './database.ts'
import { listRuns } from './list-runs.ts'
import { runConditions } from './run-conditions.ts'

/** More than this are not counted. */
const mostCounted = 1_000_000
const wordsAtOnce = 1000

/** How many runs fit a filter. */
export async function countRunsLike(database: Database, filter: Omit<RunFilter, 'limit'>, nowMs: number): Promise<number> {
  if (filter.q !== undefined) return countByWords(database, { ...filter, limit: wordsAtOnce }, nowMs)
  const from = filter.from === undefined ? undefined : Date.parse(filter.from)
  const { values, page } = runConditions({ ...filter, limit: mostCounted }, from)
  const [row] = await database.read<{ count: number }>(
    `select count(*)::int as count from (${page(mostCounted)}) as found`,
    values,
  )
  return row?.count ?? 0
}

async function countByWords(database: Database, filter: RunFilter, nowMs: number): Promise<number> {
  let count = 0
  for (let before = filter.cursor; ;) {
    const rows = await listRuns(database, before === undefined ? filter : { ...filter, cursor: before }, wordsAtOnce, nowMs)
    count += rows.length
    before = rows.at(-1)?.id
    if (rows.length < wordsAtOnce || count >= mostCounted) return count
  }
}
