import { z } from 'zod'
import type { Queryable } from './queryable.ts'

/** What the secrets that a flow may use are called. */
export async function listSecretNames(db: Queryable, workspaceId: string, flowId: string): Promise<string[]> {
  const { rows } = await db.query(
    'select name from app.secrets where workspace_id = $1 and (flows is null or $2 = any(flows)) order by name limit 1000',
    [workspaceId, flowId],
  )
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name)
}
