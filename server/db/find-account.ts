import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string(), password_hash: z.string(), workspace_id: z.string().nullable() })

/** An account by its e-mail address, with the workspace it used last. */
export async function findAccount(
  db: Queryable,
  email: string,
): Promise<{ userId: string; passwordHash: string; workspaceId: string | undefined } | undefined> {
  const { rows } = await db.query(
    `select u.id, u.password_hash, m.workspace_id
     from app.users u
     left join app.members m on m.user_id = u.id
     left join app.sessions s on s.user_id = u.id and s.workspace_id = m.workspace_id
     where u.email = lower($1)
     order by s.created_at desc nulls last, m.created_at limit 1`,
    [email],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return { userId: row.id, passwordHash: row.password_hash, workspaceId: row.workspace_id ?? undefined }
}
