import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonObject } from '#shared/json.ts'

const maxColumns = 40

/** A value as a table: the names of its columns and its rows. */
export interface ValueTable {
  columns: string[]
  rows: readonly JsonObject[]
}

/** A list of groups, or one group, as rows; undefined when the value is neither. */
export function tableOf(value: Json): ValueTable | undefined {
  const rows = Array.isArray(value) ? value : [value]
  if (rows.length === 0 || !rows.every(isJsonObject)) return undefined
  const columns = new Set<string>()
  // Rows late in a long list seldom bring new fields; a hundred tell.
  for (const row of rows.slice(0, 100)) for (const name of Object.keys(row)) if (columns.size < maxColumns) columns.add(name)
  return columns.size === 0 ? undefined : { columns: [...columns], rows }
}

export type ValueLook = 'table' | 'fields' | 'raw'

/** How a value is best looked at first: lists as a table, groups as fields, the rest as it is. */
export function bestLook(value: Json): ValueLook {
  if (Array.isArray(value)) return tableOf(value) === undefined ? 'fields' : 'table'
  if (!isJsonObject(value)) return 'raw'
  return Object.values(value).some((field) => typeof field === 'object' && field !== null) ? 'fields' : 'table'
}
