import { type FoundSecret, secretColumns, secretFrom } from './secret-row.ts'
import type { Queryable } from './queryable.ts'

/** Changes a secret that is held; its value only when `sealed` is given. */
export async function updateSecret(
  db: Queryable,
  secret: {
    workspaceId: string
    name: string
    version: number
    sealed: { keyId: string; sealed: Buffer } | undefined
    hosts: string[]
    flows: string[] | null
  },
): Promise<FoundSecret> {
  const { rows } = await db.query(
    `update app.secrets s set version = $3, key_id = coalesce($4, key_id), sealed = coalesce($5, sealed), hosts = $6, flows = $7, updated_at = now()
     where s.workspace_id = $1 and s.name = $2 returning ${secretColumns}`,
    [
      secret.workspaceId,
      secret.name,
      secret.version,
      secret.sealed?.keyId ?? null,
      secret.sealed?.sealed ?? null,
      secret.hosts,
      secret.flows,
    ],
  )
  return secretFrom(rows[0])
}
