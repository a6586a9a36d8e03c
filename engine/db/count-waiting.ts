import type { Database } from './database.ts'
import { waitingReasons } from './mark-requests.ts'

/** How many requests are kept of a flow that it would have taken, had it been on; counted no further than to `most`. */
export async function countWaiting(database: Database, workspaceId: string, flowId: string, most: number): Promise<number> {
  const [counted] = await database.read<{ many: number }>(
    `select count(*)::int as many from (
       select from engine.requests
       where workspace_id = $1 and flow_id = $2 and state = 'kept' and reason in ${waitingReasons} limit $3) waiting`,
    [workspaceId, flowId, most],
  )
  return counted?.many ?? 0
}
