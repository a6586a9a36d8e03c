import { z } from 'zod'
import { ApiKeyRow, apiKeyFrom } from './api-key-row.ts'
import type { Queryable } from './queryable.ts'

/** Keys of a workspace, newest first; only one person's when `userId` is given. */
export async function listApiKeys(
  db: Queryable,
  list: { workspaceId: string; userId: string | undefined; limit: number; before: string | undefined },
) {
  const { rows } = await db.query(
    `select id, name, scopes, hint, created_at, expires_at, last_used_at from app.api_keys
     where workspace_id = $1 and ($2::text is null or user_id = $2) and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [list.workspaceId, list.userId ?? null, list.before ?? null, list.limit],
  )
  return z.array(ApiKeyRow).parse(rows).map(apiKeyFrom)
}
