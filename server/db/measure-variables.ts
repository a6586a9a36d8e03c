import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ count: z.number(), bytes: z.number() })

/** How many shared values a workspace has, and what they take up. */
export async function measureVariables(db: Queryable, workspaceId: string): Promise<z.infer<typeof Row>> {
  const { rows } = await db.query(
    `select count(*)::int as count, coalesce(sum(octet_length(value::text) + octet_length(name)), 0)::int as bytes
     from app.variables where workspace_id = $1`,
    [workspaceId],
  )
  return Row.parse(rows[0])
}
