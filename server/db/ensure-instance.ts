import type { Pool } from 'pg'
import { z } from 'zod'

const Row = z.object({ workspace_id: z.string(), key_check: z.string() })

/** The instance's own row, made by whichever process comes first, together with its first workspace. */
export async function ensureInstance(
  pool: Pool,
  first: { workspaceId: string; keyCheck: string },
): Promise<{ workspaceId: string; keyCheck: string }> {
  await pool.query(
    `with made as (insert into app.instance (workspace_id, key_check) values ($1, $2) on conflict do nothing returning workspace_id)
     insert into app.workspaces (id, name) select workspace_id, 'Workspace' from made`,
    [first.workspaceId, first.keyCheck],
  )
  const { rows } = await pool.query('select workspace_id, key_check from app.instance')
  const row = Row.parse(rows[0])
  return { workspaceId: row.workspace_id, keyCheck: row.key_check }
}
