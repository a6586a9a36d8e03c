import type { PoolClient } from 'pg'
import { textArray } from './array-literal.ts'

export interface NamedRunRow {
  runId: string
  planHash: string
  /** Nobody has it, it has not begun, and its time has not come. */
  isCollecting: boolean
}

/** Which of these runs are unfinished, and which of them have not begun; `lock` keeps them so until the transaction ends. */
export async function findNamedRuns(
  client: PoolClient,
  runIds: readonly string[],
  now: number,
  lock: boolean,
): Promise<NamedRunRow[]> {
  if (runIds.length === 0) return []
  const { rows } = await client.query<NamedRunRow>(
    `select id as "runId", plan_hash as "planHash",
       worker_id is null and started_at is null and not ready and due_at > to_timestamp($2::float8 / 1000) as "isCollecting"
     from engine.runs where id = any($1::text[]) order by id ${lock ? 'for no key update' : ''}`,
    [textArray(runIds), now],
  )
  return rows
}
