import { ApiKeyRow, apiKeyFrom } from './api-key-row.ts'
import type { Queryable } from './queryable.ts'

export async function insertApiKey(
  db: Queryable,
  key: {
    id: string
    workspaceId: string
    userId: string
    name: string
    scopes: string[]
    hint: string
    keyHash: Buffer
    expiresAt: string | undefined
  },
) {
  const { rows } = await db.query(
    `insert into app.api_keys (id, workspace_id, user_id, name, scopes, hint, key_hash, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     returning id, name, scopes, hint, created_at, expires_at, last_used_at`,
    [key.id, key.workspaceId, key.userId, key.name, key.scopes, key.hint, key.keyHash, key.expiresAt ?? null],
  )
  return apiKeyFrom(ApiKeyRow.parse(rows[0]))
}
