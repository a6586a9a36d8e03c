import type { JsonText } from '#shared/json.ts'
import type { Database } from './database.ts'
import { plainArray, textArray } from './array-literal.ts'
import { idRange } from './id-range.ts'

/** The payloads of some events of a run, by `seq`; those that have none are left out. */
export async function loadPayloads(
  database: Database,
  workspaceId: string,
  runId: string,
  seqs: readonly number[],
): Promise<Map<number, JsonText>> {
  if (seqs.length === 0) return new Map()
  const rows = await database.read<{ seq: number; payload: string }>(
    `select e.seq, coalesce(e.payload, p.body) as payload
     from engine.events e left join engine.payloads p using (workspace_id, run_id, seq)
     where e.workspace_id = $1 and e.run_id = $2 and e.seq = any($3::int[]) and (e.payload is not null or e.large)`,
    [workspaceId, runId, plainArray(seqs)],
  )
  return new Map(rows.map(({ seq, payload }) => [seq, payload]))
}

/** The payload of each of these events, undefined where there is none. */
export async function loadPayloadsOfMany(
  database: Database,
  events: readonly { workspaceId: string; runId: string; seq: number }[],
): Promise<(JsonText | undefined)[]> {
  const rows = await database.read<{ n: number; payload: string }>(
    `select b.n::int, coalesce(e.payload, p.body) as payload
     from unnest($1::text[], $2::text[], $3::int[]) with ordinality as b(workspace_id, run_id, seq, n)
     join engine.events e on e.workspace_id = b.workspace_id and e.run_id = b.run_id and e.seq = b.seq
     left join engine.payloads p on e.large and p.workspace_id = b.workspace_id and p.run_id = b.run_id and p.seq = b.seq
       and p.run_id between $4 and $5
     -- Said once more so that only their days are planned for.
     where e.run_id between $4 and $5 and (e.payload is not null or e.large)`,
    [
      textArray(events.map(({ workspaceId }) => workspaceId)),
      textArray(events.map(({ runId }) => runId)),
      plainArray(events.map(({ seq }) => seq)),
      ...idRange(events.map(({ runId }) => runId)),
    ],
  )
  const payloads: (JsonText | undefined)[] = events.map(() => undefined)
  for (const { n, payload } of rows) payloads[n - 1] = payload
  return payloads
}

/** Longer ones are read one at a time: a thousand at once would be gigabytes. */
const mostAtOnce = 64 * 1024

/** What each of these requests brought, undefined where that is nothing or long. */
export async function loadTriggersOfMany(
  database: Database,
  requests: readonly { workspaceId: string; requestId: string }[],
): Promise<(JsonText | undefined)[]> {
  const rows = await database.read<{ n: number; trigger: string | null }>(
    `select b.n::int, case when octet_length(q.trigger) <= ${mostAtOnce} then q.trigger end as trigger
     from unnest($1::text[], $2::text[]) with ordinality as b(workspace_id, id, n)
     join engine.requests q on q.workspace_id = b.workspace_id and q.id = b.id and q.id between $3 and $4`,
    [
      textArray(requests.map(({ workspaceId }) => workspaceId)),
      textArray(requests.map(({ requestId }) => requestId)),
      ...idRange(requests.map(({ requestId }) => requestId)),
    ],
  )
  const triggers: (JsonText | undefined)[] = requests.map(() => undefined)
  for (const { n, trigger } of rows) triggers[n - 1] = trigger ?? undefined
  return triggers
}
