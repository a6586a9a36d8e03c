import { type FoundVariable, variableColumns, variableFrom } from './variable-row.ts'
import type { Queryable } from './queryable.ts'

/** One shared value; held until the transaction ends when it is to be changed. */
export async function findVariable(
  db: Queryable,
  workspaceId: string,
  name: string,
  lock: 'for update' | '' = '',
): Promise<FoundVariable | undefined> {
  const { rows } = await db.query(
    `select ${variableColumns} from app.variables v where v.workspace_id = $1 and v.name = $2 ${lock}`,
    [workspaceId, name],
  )
  return rows[0] === undefined ? undefined : variableFrom(rows[0])
}
