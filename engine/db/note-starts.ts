import type { PoolClient } from 'pg'
import type { InboxRequest } from '../engine-api.ts'
import { requestWords } from '../history/request-words.ts'
import { plainArray, textArray } from './array-literal.ts'
import { withoutNul } from './without-nul.ts'

export interface NotedRequest {
  workspaceId: string
  flowId: string
  request: InboxRequest
  trigger: string
  /** The run it became part of, or why it became none. */
  outcome: { runId: string } | { reason: string }
}

/** Puts requests that made no run of their own into the inbox, or notes there what became of them. */
export async function noteRequests(client: PoolClient, noted: readonly NotedRequest[]): Promise<void> {
  if (noted.length === 0) return
  await client.query(
    `insert into engine.requests as r (workspace_id, id, flow_id, run_id, state, reason, method, path, remote, size_bytes, trigger, words)
     select n.workspace_id, n.id, n.flow_id, n.run_id, case when n.run_id is null then 'kept' else 'started' end, n.reason,
       n.method, n.path, n.remote, n.size_bytes, n.trigger,
       array_to_tsvector(string_to_array(n.words, ' '))
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[], $11::text[])
       as n(workspace_id, id, flow_id, run_id, reason, method, path, remote, size_bytes, trigger, words)
     on conflict (workspace_id, id) do update set state = excluded.state, run_id = excluded.run_id, reason = excluded.reason, sending = false
       where r.state = 'kept'`,
    [
      textArray(noted.map((one) => one.workspaceId)),
      textArray(noted.map((one) => one.request.id)),
      textArray(noted.map((one) => one.flowId)),
      textArray(noted.map(({ outcome }) => ('runId' in outcome ? outcome.runId : null))),
      textArray(noted.map(({ outcome }) => ('reason' in outcome ? outcome.reason : null))),
      textArray(noted.map((one) => one.request.method)),
      textArray(noted.map((one) => withoutNul(one.request.path))),
      textArray(noted.map((one) => one.request.remote)),
      plainArray(noted.map((one) => one.request.sizeBytes)),
      textArray(noted.map((one) => one.trigger)),
      textArray(noted.map((one) => ('reason' in one.outcome ? requestWords({ ...one, reason: one.outcome.reason }) : null))),
    ],
  )
}
