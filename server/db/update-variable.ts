import type { JsonText } from '#shared/json.ts'
import { type FoundVariable, variableColumns, variableFrom } from './variable-row.ts'
import type { Queryable } from './queryable.ts'

export async function updateVariable(
  db: Queryable,
  variable: { workspaceId: string; name: string; value: JsonText },
): Promise<FoundVariable> {
  const { rows } = await db.query(
    `update app.variables v set value = $3, updated_at = now() where v.workspace_id = $1 and v.name = $2 returning ${variableColumns}`,
    [variable.workspaceId, variable.name, variable.value],
  )
  return variableFrom(rows[0])
}
