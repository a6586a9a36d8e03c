import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ egress_allow: z.array(z.string()).nullable() })

/** The hosts a workspace's flows may call; null is anywhere public. */
export async function findEgressAllow(db: Queryable, workspaceId: string): Promise<string[] | null> {
  const { rows } = await db.query('select egress_allow from app.workspaces where id = $1', [workspaceId])
  return z.array(Row).parse(rows)[0]?.egress_allow ?? null
}
