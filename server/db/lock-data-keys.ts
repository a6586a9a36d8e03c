import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string(), workspace_id: z.string(), wrapped: z.instanceof(Buffer) })

/** Data keys that a master key wraps, held for their change. */
export async function lockDataKeys(db: Queryable, wrappedBy: string) {
  const { rows } = await db.query('select id, workspace_id, wrapped from app.data_keys where wrapped_by = $1 for update', [
    wrappedBy,
  ])
  return z
    .array(Row)
    .parse(rows)
    .map(({ id, workspace_id: workspaceId, wrapped }) => ({ id, workspaceId, wrapped }))
}
