import { type FoundSecret, secretColumns, secretFrom } from './secret-row.ts'
import type { Queryable } from './queryable.ts'

/** Secrets of a workspace, newest first. */
export async function listSecrets(
  db: Queryable,
  list: { workspaceId: string; limit: number; before: number | undefined },
): Promise<FoundSecret[]> {
  const { rows } = await db.query(
    `select ${secretColumns} from app.secrets s where s.workspace_id = $1 and ($2::bigint is null or s.n < $2) order by s.n desc limit $3`,
    [list.workspaceId, list.before ?? null, list.limit],
  )
  return rows.map(secretFrom)
}
