import { type FoundSecret, secretColumns, secretFrom } from './secret-row.ts'
import type { Queryable } from './queryable.ts'

/** One secret without its value; held until the transaction ends when it is to be changed. */
export async function findSecret(
  db: Queryable,
  workspaceId: string,
  name: string,
  lock: 'for update' | '' = '',
): Promise<FoundSecret | undefined> {
  const { rows } = await db.query(
    `select ${secretColumns} from app.secrets s where s.workspace_id = $1 and s.name = $2 ${lock}`,
    [workspaceId, name],
  )
  return rows[0] === undefined ? undefined : secretFrom(rows[0])
}
