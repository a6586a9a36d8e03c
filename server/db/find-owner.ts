import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string(), email: z.string(), name: z.string() })
export type Owner = z.infer<typeof Row>

/** The owner of a workspace; undefined until set-up was done. */
export async function findOwner(db: Queryable, workspaceId: string): Promise<Owner | undefined> {
  const { rows } = await db.query(
    `select u.id, u.email, u.name from app.members m join app.users u on u.id = m.user_id where m.workspace_id = $1 and m.role = 'owner'`,
    [workspaceId],
  )
  return rows[0] === undefined ? undefined : Row.parse(rows[0])
}
