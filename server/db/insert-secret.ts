import { type FoundSecret, secretColumns, secretFrom } from './secret-row.ts'
import type { Queryable } from './queryable.ts'

/** Keeps a new secret; undefined when one of that name is there already. */
export async function insertSecret(
  db: Queryable,
  secret: {
    workspaceId: string
    name: string
    keyId: string
    sealed: Buffer
    hosts: string[]
    flows: string[] | null
    createdBy: string | undefined
  },
): Promise<FoundSecret | undefined> {
  const { rows } = await db.query(
    `insert into app.secrets as s (workspace_id, name, key_id, sealed, hosts, flows, created_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning ${secretColumns}`,
    [secret.workspaceId, secret.name, secret.keyId, secret.sealed, secret.hosts, secret.flows, secret.createdBy ?? null],
  )
  return rows[0] === undefined ? undefined : secretFrom(rows[0])
}
