import type { InboxRequest } from '../engine-api.ts'
import type { Database } from './database.ts'

/** Flows with requests to be sent through: those that came in while they were paused, and those somebody asked for. */
export function listFlowsWithKept(database: Database): Promise<{ workspaceId: string; flowId: string }[]> {
  return database.read(
    `with recursive flows as (
       (select workspace_id, flow_id from engine.requests where state = 'kept' and (reason = 'paused' or sending)
        order by workspace_id, flow_id limit 1)
       union all
       select n.* from flows f cross join lateral (
         select workspace_id, flow_id from engine.requests
         where state = 'kept' and (reason = 'paused' or sending) and (workspace_id, flow_id) > (f.workspace_id, f.flow_id)
         order by workspace_id, flow_id limit 1) n)
     select workspace_id as "workspaceId", flow_id as "flowId" from flows`,
    [],
  )
}

/** Large ones are read a few at a time: a hundred would be a gigabyte, and more than a statement has time for. */
const mostBytesAtOnce = 16 * 1024 ** 2

/** Requests to be sent through, the first ones first: so many, or fewer that are large, and at least one. */
export function listKept(
  database: Database,
  workspaceId: string,
  flowId: string,
  limit: number,
): Promise<(InboxRequest & { trigger: string })[]> {
  return database.read(
    `select r.id, r.method, r.path, r.remote, r.size_bytes as "sizeBytes", r.trigger from (
       select workspace_id, id, received_at, sum(size_bytes) over (order by received_at, id) - size_bytes as before from (
         select workspace_id, id, received_at, size_bytes from engine.requests
         where workspace_id = $1 and flow_id = $2 and state = 'kept' and (reason = 'paused' or sending) and trigger is not null
         order by received_at, id limit $3) as first) as f
     join engine.requests r using (workspace_id, id)
     where f.before < ${mostBytesAtOnce} order by f.received_at, f.id`,
    [workspaceId, flowId, limit],
  )
}

/** Says what became of a kept request; one that was sent through already keeps what is said of it. */
export async function noteKept(
  database: Database,
  workspaceId: string,
  requestId: string,
  outcome: { runId: string } | { reason: string },
): Promise<void> {
  await database.write(
    `update engine.requests set state = case when $3::text is null then state else 'started' end, run_id = $3, reason = $4, sending = false
     where workspace_id = $1 and id = $2 and state = 'kept'`,
    [workspaceId, requestId, 'runId' in outcome ? outcome.runId : null, 'reason' in outcome ? outcome.reason : null],
  )
}
