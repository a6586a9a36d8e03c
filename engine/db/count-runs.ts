import type { RunStatus } from '#shared/run.ts'
import type { Database } from './database.ts'

/** How many unfinished runs there are of each status. Finished ones are not counted: there may be millions. */
export async function countRuns(database: Database): Promise<{ [S in RunStatus]?: number }> {
  const rows = await database.read<{ status: RunStatus; count: number }>(
    'select status, count(*)::int as count from engine.runs group by status',
    [],
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}
