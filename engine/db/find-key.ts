import type { Database } from './database.ts'

/** The run a key led to first, while the key is valid. */
export async function findKey(
  database: Database,
  workspaceId: string,
  flowId: string,
  key: string,
): Promise<{ runId: string; inputHash: string | null } | undefined> {
  const [row] = await database.read<{ runId: string; inputHash: string | null }>(
    `select run_id as "runId", input_hash as "inputHash" from engine.idempotency_keys
     where workspace_id = $1 and flow_id = $2 and key = $3 and expires_at > now()`,
    [workspaceId, flowId, key],
  )
  return row
}

/** Forgets keys that are no longer valid. Gives how many. */
export async function deleteExpiredKeys(database: Database, limit: number): Promise<number> {
  const rows = await database.write(
    `delete from engine.idempotency_keys k using (
       select workspace_id, flow_id, key from engine.idempotency_keys
       where expires_at <= now() order by expires_at limit $1 for update skip locked) as old
     where k.workspace_id = old.workspace_id and k.flow_id = old.flow_id and k.key = old.key
     returning 1`,
    [limit],
  )
  return rows.length
}
