import type { Database } from './database.ts'
import { idsOf, type RequestFilter } from './request-filter.ts'
import { newestRequests } from './newest-requests.ts'
import { shortColumns, type ShownRequest, wholeColumns } from './request-row.ts'
import { searchRequests } from './search-requests.ts'

/** Ids begin with the time: what begins like one is looked up, everything else is words. */
const RequestIdStart = /^req_[0-9a-hjkmnp-tv-z]{10,26}$/

/** Requests of a flow, newest first. */
export async function listRequests(
  database: Database,
  filter: RequestFilter,
): Promise<{ items: ShownRequest[]; nextCursor: string | null }> {
  const q = filter.q?.trim()
  if (q !== undefined && q !== '' && !RequestIdStart.test(q)) return searchRequests(database, filter, q)
  const values: unknown[] = [filter.workspaceId, filter.flowId]
  const conditions: string[] = []
  const where = (condition: (parameter: string) => string, value: unknown) => {
    if (value !== undefined) conditions.push(`and ${condition(`$${values.push(value)}`)}`)
  }
  const { first, before } = idsOf(filter)
  where((p) => `r.id < ${p}`, filter.cursor)
  where((p) => `r.id >= ${p}`, first)
  where((p) => `r.id < ${p}`, before)
  where((p) => `r.id >= ${p}`, q || undefined)
  where((p) => `r.id < ${p}`, q ? `${q}~` : undefined)
  const newest = newestRequests({
    state: filter.state,
    and: conditions.join(' '),
    limit: `$${values.push(filter.limit + 1)}`,
  })
  const items = await database.read<ShownRequest>(`select ${shortColumns} from ${newest} as r order by r.id desc`, values)
  const page = items.slice(0, filter.limit)
  return { items: page, nextCursor: items.length > filter.limit ? (page.at(-1)?.id ?? null) : null }
}

/** These requests, with all that was sent. */
export function findRequests(
  database: Database,
  workspaceId: string,
  flowId: string,
  ids: readonly string[],
): Promise<ShownRequest[]> {
  return database.read<ShownRequest>(
    `select ${wholeColumns} from engine.requests r where r.workspace_id = $1 and r.flow_id = $2 and r.id = any ($3::text[])`,
    [workspaceId, flowId, ids],
  )
}
