import type { JsonText } from '#shared/json.ts'
import type { RunCreated } from '../state/journal.ts'
import type { Database } from './database.ts'

/** What started the run; a webhook's is stored with its request, a batch's as one item for each start. */
export async function loadTrigger(
  database: Database,
  workspaceId: string,
  runId: string,
  requestId: string | null,
): Promise<JsonText> {
  return requestId === null ? loadOwnTrigger(database, workspaceId, runId) : loadSentTrigger(database, workspaceId, requestId)
}

async function loadSentTrigger(database: Database, workspaceId: string, requestId: string): Promise<JsonText> {
  const [row] = await database.read<{ trigger: string | null }>(
    'select trigger from engine.requests where workspace_id = $1 and id = $2',
    [workspaceId, requestId],
  )
  return row?.trigger ?? 'null'
}

async function loadOwnTrigger(database: Database, workspaceId: string, runId: string): Promise<JsonText> {
  const [row] = await database.read<{ data: string | null; payload: string | null }>(
    `select e.data, coalesce(e.payload, p.body) as payload
     from engine.events e left join engine.payloads p using (workspace_id, run_id, seq)
     where e.workspace_id = $1 and e.run_id = $2 and e.seq = 0`,
    [workspaceId, runId],
  )
  if (row?.data === null || row?.data === undefined || row.payload !== null) return row?.payload ?? 'null'
  const { batch: head }: RunCreated = JSON.parse(row.data)
  if (head === undefined) return 'null'
  const items = await database.read<{ body: string }>(
    'select body from engine.payloads where workspace_id = $1 and run_id = $2 and seq < 0 order by seq desc',
    [workspaceId, runId],
  )
  return `${head.slice(0, -1)},"body":[${items.map((item) => item.body).join(',')}]}`
}
