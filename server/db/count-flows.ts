import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ count: z.number() })

/** How many of these flows the workspace has. */
export async function countFlows(db: Queryable, workspaceId: string, ids: readonly string[]): Promise<number> {
  const { rows } = await db.query('select count(*)::int as count from app.flows where workspace_id = $1 and id = any($2)', [
    workspaceId,
    ids,
  ])
  return Row.parse(rows[0]).count
}
