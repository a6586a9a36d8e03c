import { z } from 'zod'
import { keyScopes, roles } from '#shared/permissions.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  id: z.string(),
  workspace_id: z.string(),
  user_id: z.string(),
  name: z.string(),
  email: z.string(),
  scopes: z.array(z.enum(keyScopes)),
  role: z.enum(roles),
})

/** A live key with the role of the person who made it, and notes its use at most once a minute. */
export async function findApiKey(db: Queryable, keyHash: Buffer) {
  const { rows } = await db.query(
    `with used as (
       update app.api_keys set last_used_at = now()
       where key_hash = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute'))
     select k.id, k.workspace_id, k.user_id, k.name, u.email, k.scopes, m.role
     from app.api_keys k
     join app.users u on u.id = k.user_id
     join app.members m on m.user_id = k.user_id and m.workspace_id = k.workspace_id
     where k.key_hash = $1 and (k.expires_at is null or k.expires_at > now())`,
    [keyHash],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return {
    keyId: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    name: row.name,
    email: row.email,
    scopes: row.scopes,
    role: row.role,
  }
}
