import { z } from 'zod'
import { roles } from '#shared/permissions.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({ user_id: z.string(), email: z.string(), name: z.string(), workspace_id: z.string(), role: z.enum(roles) })

/**
 * Who a live session belongs to, in the workspace that was asked for or else the session's own. Undefined when the
 * session is over or the person is no member there.
 */
export async function findSession(db: Queryable, tokenHash: Buffer, workspaceId: string | undefined) {
  const { rows } = await db.query(
    `select u.id as user_id, u.email, u.name, m.workspace_id, m.role
     from app.sessions s
     join app.users u on u.id = s.user_id
     join app.members m on m.user_id = s.user_id and m.workspace_id = coalesce($2, s.workspace_id)
     where s.token_hash = $1 and s.expires_at > now()`,
    [tokenHash, workspaceId ?? null],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return { userId: row.user_id, email: row.email, name: row.name, workspaceId: row.workspace_id, role: row.role }
}
