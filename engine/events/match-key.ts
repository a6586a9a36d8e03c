import { createHash } from 'node:crypto'
import { equalityText, equalityTextIn, readMatch, valueAt } from '#shared/expression/match.ts'
import { Budget } from '#shared/expression/budget.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { ExpressionLimits } from '#shared/expression/template.ts'
import { joinList, type Value } from '#shared/expression/value.ts'

/** The one value a wait for an event is about: it is found by an index, however many wait for the same name. */
export interface MatchKey {
  path: string
  value: string
}

/** Of a value's text, longer ones are known by their hash. */
const longestValue = 200
/** Of an event's values, how many are listed, and how deep. */
const mostValues = 100
const deepest = 6

function pathText(keys: readonly string[]): string {
  return JSON.stringify(keys)
}

function valueText(equality: string): string {
  return equality.length <= longestValue ? equality : `#${createHash('sha256').update(equality).digest('base64url')}`
}

/** What stands at a path of an event; undefined for what is equal to nothing anybody looks for. */
export function valueTextAt(data: Value, path: string): string | undefined {
  const keys: string[] = JSON.parse(path)
  const text = equalityText(asPrimitive(valueAt(data, keys)))
  return text === undefined ? undefined : valueText(text)
}

/** The value a condition asks for as it stands in its wait; undefined when no single one is asked for. */
export function matchKeyOf(match: string, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): MatchKey | undefined {
  const { equality } = readMatch(match)
  const text = equality && equalityTextIn(equality, scope, limits)
  return equality && text !== undefined ? { path: pathText(equality.keys), value: valueText(text) } : undefined
}

/** Every value of an event with its place, for waits that come later; `*` when there are more than are listed. */
export function valuesIn(data: Value): string[] {
  const values = new Set<string>()
  let hasMore = false
  const visit = (value: Value, keys: readonly string[]): void => {
    if (values.size >= mostValues) {
      hasMore = true
      return
    }
    const text = equalityText(asPrimitive(value))
    if (keys.length > 0 && text !== undefined) values.add(pathText(keys) + valueText(text))
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) return
    if (keys.length === deepest) hasMore = true
    else for (const [key, member] of Object.entries(value)) visit(member, [...keys, key])
  }
  visit(data, [])
  return hasMore ? [...values, '*'] : [...values]
}

/** A list is equal to the text of its items, in JavaScript; what is equal to a group of fields nobody looks for. */
function asPrimitive(value: Value): Value {
  return Array.isArray(value) ? joinList(value, ',', new Budget()) : value
}
