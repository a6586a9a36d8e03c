import type { JsonText } from '#shared/json.ts'
import { type FoundVariable, variableColumns, variableFrom } from './variable-row.ts'
import type { Queryable } from './queryable.ts'

/** Keeps a new shared value; undefined when one of that name is there already. */
export async function insertVariable(
  db: Queryable,
  variable: { workspaceId: string; name: string; value: JsonText; createdBy: string | undefined },
): Promise<FoundVariable | undefined> {
  const { rows } = await db.query(
    `insert into app.variables as v (workspace_id, name, value, created_by) values ($1, $2, $3, $4) on conflict do nothing
     returning ${variableColumns}`,
    [variable.workspaceId, variable.name, variable.value, variable.createdBy ?? null],
  )
  return rows[0] === undefined ? undefined : variableFrom(rows[0])
}
