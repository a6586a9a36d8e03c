import type { JsonText } from '#shared/json.ts'
import type { Database } from './database.ts'
import { plainArray } from './array-literal.ts'

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

/** What started the run; a webhook's is stored with its request. */
export async function loadTrigger(
  database: Database,
  workspaceId: string,
  runId: string,
  requestId: string | null,
): Promise<JsonText> {
  if (requestId === null) return (await loadPayloads(database, workspaceId, runId, [0])).get(0) ?? 'null'
  const [row] = await database.read<{ trigger: string | null }>(
    'select trigger from engine.requests where workspace_id = $1 and id = $2',
    [workspaceId, requestId],
  )
  return row?.trigger ?? 'null'
}
