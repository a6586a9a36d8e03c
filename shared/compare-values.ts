import { fieldPath } from './field-path.ts'
import type { JsonText } from './json.ts'
import { type JsonTree, readJsonTree } from './json-tree.ts'

/** A place where two values differ, each as it was written; what one of them lacks is absent. */
export interface ValueDifference {
  path: string
  a?: JsonText
  b?: JsonText
}

const mostDifferences = 500

/** Where two values differ, down to single fields and items, and how many of these are equal. Both are valid JSON texts. */
export function compareValues(a: JsonText, b: JsonText): { differences: ValueDifference[]; equal: number } {
  const differences: ValueDifference[] = []
  let equal = 0
  const note = (path: string, left: JsonTree | undefined, right: JsonTree | undefined) => {
    if (differences.length >= mostDifferences) return
    differences.push({ path, ...(left === undefined ? {} : { a: left.text }), ...(right === undefined ? {} : { b: right.text }) })
  }
  const visitItems = (path: string, left: readonly JsonTree[], right: readonly JsonTree[]) => {
    const count = Math.max(left.length, right.length)
    if (count === 0) equal++
    for (let at = 0; at < count; at++) visit(fieldPath(path, String(at)), left[at], right[at])
  }
  const visitMembers = (path: string, left: NonNullable<JsonTree['members']>, right: NonNullable<JsonTree['members']>) => {
    const names = new Set([...left.keys(), ...right.keys()])
    if (names.size === 0) equal++
    for (const name of names) visit(fieldPath(path, name), left.get(name), right.get(name))
  }
  const visit = (path: string, left: JsonTree | undefined, right: JsonTree | undefined) => {
    if (left?.items && right?.items) visitItems(path, left.items, right.items)
    else if (left?.members && right?.members) visitMembers(path, left.members, right.members)
    else if (left && right && isSame(left, right)) equal++
    else note(path, left, right)
  }
  visit('', readJsonTree(a), readJsonTree(b))
  return { differences, equal }
}

/** A number that a computer's numbers hold, whatever way it is written; one that they don't, digit by digit. */
const exactDigits = 15

function isSame(a: JsonTree, b: JsonTree): boolean {
  if (a.items || a.members || b.items || b.members) return false
  if (a.text === b.text) return true
  if (a.text.startsWith('"') !== b.text.startsWith('"')) return false
  if (!a.text.startsWith('"') && (digitsOf(a.text) > exactDigits || digitsOf(b.text) > exactDigits)) return false
  return JSON.parse(a.text) === JSON.parse(b.text)
}

function digitsOf(text: string): number {
  return text.replaceAll(/[eE].*|\D/g, '').length
}
