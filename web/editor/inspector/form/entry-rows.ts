import type { Json, JsonObject } from '#shared/json.ts'

/** How the value of a row is written: text may hold pills, `raw` is anything else. */
export type RowKind = 'text' | 'number' | 'yesNo' | 'raw'

/** One line of a name and value list while it is edited. The list keeps rows that are not finished; the params don't. */
export interface Row {
  /** Stays the same while the row lives, so focus stays in it while its name changes. */
  id: number
  name: string
  value: Json
}

/** What the form shows for stored values, one row each. */
export function rowsFromObject(value: Json | undefined): Row[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).map(([name, field], id) => ({ id, name, value: field }))
}

/** What is stored for the rows: those without a name are left out, of two with one name the later counts. */
export function objectFromRows(rows: readonly Row[]): JsonObject | undefined {
  const named = rows.filter((row) => row.name.trim() !== '')
  return named.length === 0 ? undefined : Object.fromEntries(named.map((row) => [row.name.trim(), row.value]))
}

/** Names that more than one row carries, so that the form can say so at the row. */
export function repeatedNames(rows: readonly Row[]): Set<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const name of rows.map((row) => row.name.trim()).filter((name) => name !== '')) {
    if (seen.has(name)) repeated.add(name)
    seen.add(name)
  }
  return repeated
}

export function addRow(rows: readonly Row[], name = '', value: Json = ''): Row[] {
  return [...rows, { id: Math.max(-1, ...rows.map((row) => row.id)) + 1, name, value }]
}

/**
 * The rows to go on with when the stored value is `stored`: the ones being edited as long as they say the same
 * (so an unfinished row survives its own save), fresh ones after an undo or a change from elsewhere.
 */
export function rowsInStep(rows: readonly Row[], stored: Json | undefined): Row[] {
  const same = JSON.stringify(objectFromRows(rows) ?? null) === JSON.stringify(isEmptyObject(stored) ? null : (stored ?? null))
  return same ? [...rows] : rowsFromObject(stored)
}

function isEmptyObject(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

export function rowKind(value: Json): RowKind {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'yesNo' : 'raw'
}

/** The value a row takes when its kind is changed, keeping what was written as far as it can. */
export function valueOfKind(value: Json, kind: RowKind): Json {
  switch (kind) {
    case 'text':
      return textOf(value)
    case 'number':
      return typeof value === 'number' ? value : (numberFromText(textOf(value)) ?? 0)
    case 'yesNo':
      return value === true || value === 'true' || value === 'yes'
    case 'raw':
      return typeof value === 'object' && value !== null ? value : {}
  }
}

/** Any value as the text a field shows: words as they are, groups and lists as they are stored. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  return JSON.stringify(value)
}

/** The number a text says, undefined when it says none. */
export function numberFromText(text: string): number | undefined {
  const plain = text.trim()
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined
}
