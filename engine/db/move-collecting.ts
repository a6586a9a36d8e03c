import type { PoolClient } from 'pg'
import { textArray, plainArray } from './array-literal.ts'

export interface MergedStart {
  workspaceId: string
  runId: string
  dueAt: number
  /** Whole: it goes on now. */
  isFull: boolean
  startBy: number | null
}

/** When runs that collect are to begin now, after something was added to them. */
export async function moveCollecting(client: PoolClient, merged: readonly MergedStart[]): Promise<void> {
  await client.query(
    `update engine.runs r
     set due_at = case when m.is_full then null else to_timestamp(m.due_at / 1000) end, ready = m.is_full and not r.held,
       start_by = to_timestamp(m.start_by / 1000)
     from unnest($1::text[], $2::text[], $3::float8[], $4::boolean[], $5::float8[]) as m(workspace_id, id, due_at, is_full, start_by)
     where r.workspace_id = m.workspace_id and r.id = m.id`,
    [
      textArray(merged.map((one) => one.workspaceId)),
      textArray(merged.map((one) => one.runId)),
      plainArray(merged.map((one) => one.dueAt)),
      plainArray(merged.map((one) => one.isFull)),
      plainArray(merged.map((one) => one.startBy)),
    ],
  )
}
