import type { Json } from '#shared/json.ts'

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
}

const identifier = /^[A-Za-z_$][\w$]*$/

// A type is read by a person and by the language service on each key press; past these it stops helping both.
const maxDepth = 12
const maxFields = 200
const maxListItems = 100

/**
 * A TypeScript type that all the samples fit: fields missing in some are optional, different kinds become unions,
 * values are widened (`7` is `number`). Without a sample it is `unknown`.
 */
export function typeFromSamples(samples: readonly Json[]): string {
  const shape = emptyShape()
  for (const sample of samples) merge(shape, sample, 0)
  return write(shape, '')
}

function emptyShape(): Shape {
  return { text: false, number: false, yesNo: false, nothing: false, groups: 0 }
}

function merge(shape: Shape, value: Json, depth: number): void {
  if (value === null) shape.nothing = true
  else if (typeof value === 'string') shape.text = true
  else if (typeof value === 'number') shape.number = true
  else if (typeof value === 'boolean') shape.yesNo = true
  else if (Array.isArray(value)) {
    shape.items ??= emptyShape()
    if (depth < maxDepth) for (const item of value.slice(0, maxListItems)) merge(shape.items, item, depth + 1)
  } else mergeFields(shape, value, depth)
}

function mergeFields(shape: Shape, value: { [key: string]: Json }, depth: number): void {
  shape.groups += 1
  shape.fields ??= new Map()
  if (depth >= maxDepth) return
  for (const [name, field] of Object.entries(value)) {
    let known = shape.fields.get(name)
    if (known === undefined) {
      if (shape.fields.size >= maxFields) continue
      known = { shape: emptyShape(), seen: 0 }
      shape.fields.set(name, known)
    }
    known.seen += 1
    merge(known.shape, field, depth + 1)
  }
}

function write(shape: Shape, indent: string): string {
  const parts: string[] = []
  if (shape.text) parts.push('string')
  if (shape.number) parts.push('number')
  if (shape.yesNo) parts.push('boolean')
  if (shape.fields !== undefined) parts.push(writeFields(shape, shape.fields, indent))
  if (shape.items !== undefined) parts.push(writeList(write(shape.items, indent)))
  if (shape.nothing) parts.push('null')
  // Only ever nothing: the next value may be anything, and `null` alone would forbid using it.
  if (parts.length === 0 || (parts.length === 1 && shape.nothing)) return 'unknown'
  return parts.join(' | ')
}

function writeList(item: string): string {
  return item.includes('|') || item.includes('\n') ? `Array<${item}>` : `${item}[]`
}

function writeFields(shape: Shape, fields: NonNullable<Shape['fields']>, indent: string): string {
  if (fields.size === 0) return 'Record<string, unknown>'
  const inner = `${indent}  `
  const lines = [...fields].map(([name, field]) => {
    const key = identifier.test(name) ? name : JSON.stringify(name)
    return `${inner}${key}${field.seen < shape.groups ? '?' : ''}: ${write(field.shape, inner)}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}
