import { isJsonObject, type Json } from './json.ts'

/** A place where two values differ; what one of them lacks is absent. */
export interface ValueDifference {
  path: string
  a?: Json
  b?: Json
}

const mostDifferences = 500

/** Where two values differ, down to single fields and items, and how many of these are equal. */
export function compareValues(a: Json, b: Json): { differences: ValueDifference[]; equal: number } {
  const differences: ValueDifference[] = []
  let equal = 0
  const note = (difference: ValueDifference) => {
    if (differences.length < mostDifferences) differences.push(difference)
  }
  const visit = (path: string, left: Json | undefined, right: Json | undefined) => {
    const names = namesOf(left, right)
    if (names) {
      for (const name of names) visit(path === '' ? name : `${path}.${name}`, fieldOf(left, name), fieldOf(right, name))
      if (names.length === 0) equal++
    } else if (left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right)) equal++
    else note({ path, ...(left === undefined ? {} : { a: left }), ...(right === undefined ? {} : { b: right }) })
  }
  visit('', a, b)
  return { differences, equal }
}

/** What is inside of two values of one kind; undefined when they are compared as a whole. */
function namesOf(a: Json | undefined, b: Json | undefined): string[] | undefined {
  if (Array.isArray(a) && Array.isArray(b)) return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => String(at))
  if (isJsonObject(a) && isJsonObject(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return undefined
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(name)]
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
