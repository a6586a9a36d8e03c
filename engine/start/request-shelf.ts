import type { Pool } from 'pg'
import { countWaiting } from '../db/count-waiting.ts'
import type { Database } from '../db/database.ts'
import { findRun } from '../db/find-run.ts'
import { keepRequest } from '../db/keep-request.ts'
import { listFlowsWithKept, listKept, noteKept } from '../db/list-kept.ts'
import { listKnownRequests } from '../db/list-known-requests.ts'
import { findRequests, listRequests } from '../db/list-requests.ts'
import { countKept, markRequests, unmarkRequests } from '../db/mark-requests.ts'
import type { Engine } from '../engine-api.ts'

export type RequestShelf = Pick<
  Engine,
  | 'keepRequest'
  | 'listRequests'
  | 'findRequests'
  | 'markRequests'
  | 'unmarkRequests'
  | 'countKept'
  | 'countWaiting'
  | 'listFlowsWithKept'
  | 'listKept'
  | 'noteKept'
  | 'findRequestOf'
  | 'knownRequests'
>

/** The inbox: what came in, whether or not it started a run. */
export function createRequestShelf(database: Database, pool: Pool): RequestShelf {
  return {
    keepRequest: (request) => keepRequest(database, request),
    listRequests: (filter) => listRequests(database, filter),
    findRequests: (workspaceId, flowId, ids) => findRequests(database, workspaceId, flowId, ids),
    markRequests: (workspaceId, flowId, client) => markRequests(client, workspaceId, flowId),
    unmarkRequests: (workspaceId, flowId, client) => unmarkRequests(client, workspaceId, flowId),
    countKept: (workspaceId, flowId, client) => countKept(client ?? pool, workspaceId, flowId),
    countWaiting: (workspaceId, flowId, most) => countWaiting(database, workspaceId, flowId, most),
    listFlowsWithKept: () => listFlowsWithKept(database),
    listKept: (...asked) => listKept(database, ...asked),
    noteKept: (workspaceId, requestId, outcome) => noteKept(database, workspaceId, requestId, outcome),
    findRequestOf: async (workspaceId, runId) => (await findRun(database, workspaceId, runId))?.requestId ?? undefined,
    knownRequests: (workspaceId, ids) => listKnownRequests(database, workspaceId, ids),
  }
}
