import type { PoolClient } from 'pg'
import { plainArray, textArray } from './array-literal.ts'

export interface StartKey {
  workspaceId: string
  flowId: string
  key: string
  runId: string
  inputHash: string | null
}

export interface NewKey extends StartKey {
  /** How long it is valid. */
  forMs: number
}

/** The runs some keys led to first, while the keys are valid. */
export async function findKeys(
  client: PoolClient,
  keys: readonly Pick<StartKey, 'workspaceId' | 'flowId' | 'key'>[],
): Promise<StartKey[]> {
  if (keys.length === 0) return []
  const { rows } = await client.query<StartKey>(
    `select k.workspace_id as "workspaceId", k.flow_id as "flowId", k.key, k.run_id as "runId", k.input_hash as "inputHash"
     from unnest($1::text[], $2::text[], $3::text[]) as w(workspace_id, flow_id, key)
     join engine.idempotency_keys k using (workspace_id, flow_id, key) where k.expires_at > now()`,
    [
      textArray(keys.map((one) => one.workspaceId)),
      textArray(keys.map((one) => one.flowId)),
      textArray(keys.map((one) => one.key)),
    ],
  )
  return rows
}

/** Lets keys lead to runs their starts became part of. Gives how many do now; fewer means somebody else was first. */
export async function insertKeys(client: PoolClient, keys: readonly NewKey[]): Promise<number> {
  if (keys.length === 0) return 0
  const { rowCount } = await client.query(
    `insert into engine.idempotency_keys as k (workspace_id, flow_id, key, run_id, input_hash, expires_at)
     select workspace_id, flow_id, key, run_id, input_hash, now() + for_ms * interval '1 ms'
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[])
       as w(workspace_id, flow_id, key, run_id, input_hash, for_ms)
     order by workspace_id, flow_id, key
     on conflict (workspace_id, flow_id, key) do update
       set run_id = excluded.run_id, input_hash = excluded.input_hash, expires_at = excluded.expires_at
       where k.expires_at <= now()`,
    [
      textArray(keys.map((one) => one.workspaceId)),
      textArray(keys.map((one) => one.flowId)),
      textArray(keys.map((one) => one.key)),
      textArray(keys.map((one) => one.runId)),
      textArray(keys.map((one) => one.inputHash)),
      plainArray(keys.map((one) => one.forMs)),
    ],
  )
  return rowCount ?? 0
}
