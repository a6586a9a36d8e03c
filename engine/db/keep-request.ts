import type { InboxRequest } from '../engine-api.ts'
import { requestWords } from '../history/request-words.ts'
import type { Database } from './database.ts'
import { isDataError } from './is-data-error.ts'
import { isNoted } from './is-noted.ts'
import { standsAfterAll } from './stands-after-all.ts'
import { withoutNul } from './without-nul.ts'

/** Rejected requests kept of one flow; what comes in above pushes the oldest out. */
const mostRejected = 1000

/** Keeps a request that starts no run, with the reason. */
export async function keepRequest(
  database: Database,
  request: InboxRequest & {
    workspaceId: string
    flowId: string
    trigger: string | null
    state: 'kept' | 'rejected'
    reason: string
  },
): Promise<void> {
  const { workspaceId, id, reason } = request
  try {
    await insert(database, request)
  } catch (error) {
    // A sender that is told to come again would have it kept twice.
    if (isDataError(error) || !(await standsAfterAll(() => isNoted(database, workspaceId, id, { reason })))) throw error
  }
}

async function insert(database: Database, request: Parameters<typeof keepRequest>[1]): Promise<void> {
  await database.write(
    `with surplus as (
       select workspace_id, id from engine.requests
       where $4 = 'rejected' and workspace_id = $1 and flow_id = $3 and state = 'rejected'
       order by id desc offset ${mostRejected - 1}),
     dropped as (
       delete from engine.requests r using surplus s where r.workspace_id = s.workspace_id and r.id = s.id)
     insert into engine.requests (workspace_id, id, flow_id, state, reason, method, path, remote, size_bytes, trigger, words)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, array_to_tsvector(string_to_array($11, ' ')))`,
    [
      request.workspaceId,
      request.id,
      request.flowId,
      request.state,
      withoutNul(request.reason),
      request.method,
      withoutNul(request.path),
      request.remote,
      request.sizeBytes,
      request.trigger,
      requestWords(request),
    ],
  )
}
