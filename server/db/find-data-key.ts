import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string(), wrapped: z.instanceof(Buffer), wrapped_by: z.string() })

/** The data key of a workspace, as it is kept: wrapped. */
export async function findDataKey(db: Queryable, workspaceId: string) {
  const { rows } = await db.query('select id, wrapped, wrapped_by from app.data_keys where workspace_id = $1', [workspaceId])
  if (rows[0] === undefined) return undefined
  const { id, wrapped, wrapped_by: wrappedBy } = Row.parse(rows[0])
  return { id, wrapped, wrappedBy, isCommitted: true }
}
