import type { Approval } from '../db/find-approval.ts'
import type { Database } from '../db/database.ts'
import { type ApprovalFilter, listApprovals } from '../db/list-approvals.ts'
import { lineFromRow, listLines } from '../db/list-logs.ts'
import { listRuns } from '../db/list-runs.ts'
import { summaryFromRow } from '../db/run-row.ts'
import type { Page, RunFilter } from '../engine-api.ts'
import type { LogLine, RunSummary } from '#shared/run.ts'
import { cursorPlace } from './cursor-place.ts'

/** So many of the rows as were asked for, and where the next page begins: one row more was read than is shown. */
function pageFrom<Row, Item>(rows: Row[], limit: number, show: (row: Row) => Item, cursorOf: (row: Row) => string): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(show), nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}

export async function pageOfRuns(database: Database, filter: RunFilter, nowMs: number): Promise<Page<RunSummary>> {
  const rows = await listRuns(database, filter, filter.limit + 1, nowMs)
  return pageFrom(rows, filter.limit, summaryFromRow, ({ id }) => id)
}

export async function pageOfApprovals(database: Database, filter: ApprovalFilter): Promise<Page<Approval>> {
  const rows = await listApprovals(database, { ...filter, limit: filter.limit + 1 })
  return pageFrom(
    rows,
    filter.limit,
    (approval) => approval,
    ({ id }) => id,
  )
}

export async function pageOfLogs(
  database: Database,
  workspaceId: string,
  runId: string,
  { path, limit, cursor }: { path?: string; limit: number; cursor?: string },
): Promise<Page<LogLine>> {
  const [seq, n] = cursor === undefined ? [-1, -1] : cursorPlace(cursor)
  const rows = await listLines(database, { workspaceId, runId, path, after: { seq, n }, limit: limit + 1 })
  return pageFrom(rows, limit, lineFromRow, (line) => `${line.seq}-${line.n}`)
}
