import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ user_id: z.string(), email: z.string() })

/** A member of a workspace by their id. */
export async function findMember(
  db: Queryable,
  workspaceId: string,
  userId: string,
): Promise<{ userId: string; email: string } | undefined> {
  const { rows } = await db.query(
    `select m.user_id, u.email from app.members m join app.users u on u.id = m.user_id
     where m.workspace_id = $1 and m.user_id = $2`,
    [workspaceId, userId],
  )
  const row = rows[0] === undefined ? undefined : Row.parse(rows[0])
  return row && { userId: row.user_id, email: row.email }
}
