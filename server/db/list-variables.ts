import { type FoundVariable, variableColumns, variableFrom } from './variable-row.ts'
import type { Queryable } from './queryable.ts'

/** Shared values of a workspace, newest first. */
export async function listVariables(
  db: Queryable,
  list: { workspaceId: string; limit: number; before: number | undefined },
): Promise<FoundVariable[]> {
  const { rows } = await db.query(
    `select ${variableColumns} from app.variables v where v.workspace_id = $1 and ($2::bigint is null or v.n < $2) order by v.n desc limit $3`,
    [list.workspaceId, list.before ?? null, list.limit],
  )
  return rows.map(variableFrom)
}
