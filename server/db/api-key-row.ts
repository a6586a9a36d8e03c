import { z } from 'zod'
import type { ApiKeySummary } from '#shared/api.ts'
import { keyScopes } from '#shared/permissions.ts'
import { InstantColumn } from './rows.ts'

export const ApiKeyRow = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(keyScopes)),
  hint: z.string(),
  created_at: InstantColumn,
  expires_at: InstantColumn.nullable(),
  last_used_at: InstantColumn.nullable(),
})

export function apiKeyFrom(row: z.infer<typeof ApiKeyRow>): ApiKeySummary {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    hint: row.hint,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}
