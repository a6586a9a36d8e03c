import type { Json } from '../json.ts'
import { listOf, memberName, unionOf } from './type-text.ts'

/** What the samples seen so far have in common; built up value by value, then written as TypeScript. */
interface Shape {
  text: boolean
  number: boolean
  yesNo: boolean
  nothing: boolean
  /** Set once a list was seen; itself empty while all lists were. */
  items?: Shape
  fields?: Map<string, { shape: Shape; seen: number }>
  /** How many groups were seen: a field seen less often is optional. */
  groups: number
  /** Some of it was not looked at: it may have fields, or be anything, that is not written here. */
  isCut: boolean
}

/** Where such a field is missing, there is what every object has. */
const inherited: ReadonlySet<string> = new Set([
  ...['constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString', 'toString', 'valueOf'],
])

// A type is read by a person and by the language service on each key press; past these it stops helping both.
const maxDepth = 12
const maxFields = 200
const maxFieldsInAll = 2_000
const maxListItems = 200
const maxValues = 50_000

/**
 * A TypeScript type that all the samples fit: fields missing in some are optional, different kinds become unions,
 * values are widened (`7` is `number`). What no sample tells is `any`: code must not look wrong for a lack of data.
 */
export function typeFromSamples(samples: readonly Json[], indent = ''): string {
  const budget = { values: maxValues, fields: maxFieldsInAll }
  const shape = emptyShape()
  for (const sample of samples) merge(shape, sample, 0, budget)
  return write(shape, indent)
}

interface Budget {
  values: number
  fields: number
}

function emptyShape(): Shape {
  return { text: false, number: false, yesNo: false, nothing: false, groups: 0, isCut: false }
}

function merge(shape: Shape, value: Json, depth: number, budget: Budget): void {
  if (--budget.values < 0) shape.isCut = true
  else if (value === null) shape.nothing = true
  else if (typeof value === 'string') shape.text = true
  else if (typeof value === 'number') shape.number = true
  else if (typeof value === 'boolean') shape.yesNo = true
  else if (Array.isArray(value)) {
    shape.items ??= emptyShape()
    if (depth >= maxDepth) shape.items.isCut = true
    else for (const item of spreadOver(value)) merge(shape.items, item, depth + 1, budget)
  } else mergeFields(shape, value, depth, budget)
}

/** Some of a long list, from all of it: what only its end has counts too. */
function spreadOver(list: readonly Json[]): readonly Json[] {
  if (list.length <= maxListItems) return list
  const step = list.length / maxListItems
  return Array.from({ length: maxListItems }, (_, index) => list[Math.floor(index * step)] ?? null)
}

function mergeFields(shape: Shape, value: { [key: string]: Json }, depth: number, budget: Budget): void {
  shape.groups += 1
  shape.fields ??= new Map()
  if (depth >= maxDepth) {
    shape.isCut = true
    return
  }
  for (const [name, field] of Object.entries(value)) {
    let known = shape.fields.get(name)
    if (known === undefined) {
      if (shape.fields.size >= maxFields || --budget.fields < 0) {
        shape.isCut = true
        continue
      }
      known = { shape: emptyShape(), seen: 0 }
      shape.fields.set(name, known)
    }
    known.seen += 1
    merge(known.shape, field, depth + 1, budget)
  }
}

function write(shape: Shape, indent: string): string {
  const parts: string[] = []
  if (shape.text) parts.push('string')
  if (shape.number) parts.push('number')
  if (shape.yesNo) parts.push('boolean')
  if (shape.fields !== undefined) parts.push(writeFields(shape, shape.fields, indent))
  else if (shape.isCut) return 'any'
  if (shape.items !== undefined) parts.push(listOf(write(shape.items, indent)))
  // Only ever nothing: the next value may be anything, and `null` alone would forbid using it.
  if (parts.length === 0) return 'any'
  return unionOf(shape.nothing ? [...parts, 'null'] : parts)
}

function writeFields(shape: Shape, fields: NonNullable<Shape['fields']>, indent: string): string {
  if (fields.size === 0) return 'Record<string, any>'
  const inner = `${indent}  `
  const lines = [...fields].map(([name, field]) => {
    const isOptional = field.seen < shape.groups
    const type = isOptional && inherited.has(name) ? 'any' : write(field.shape, inner)
    return `${inner}${memberName(name)}${isOptional ? '?' : ''}: ${type}`
  })
  if (shape.isCut) lines.push(`${inner}[more: string]: any`)
  return `{\n${lines.join('\n')}\n${indent}}`
}
