import { fieldPath, isInside } from './field-path.ts'
import { isJsonObject } from './is-json-object.ts'
import type { Json } from './json.ts'

/** What a request's body is made of: the kind of value at each place; of the whole at the place ''. */
export type RequestShape = ReadonlyMap<string, ValueKind>
export type ValueKind = 'text' | 'number' | 'yes or no' | 'empty' | 'list' | 'group'

/** A field in which a request is not like the others of its flow; '' is all of it. */
export interface UnusualField {
  path: string
  kind: 'missing' | 'new' | 'changed'
  usual: ValueKind | null
  now: ValueKind | null
}

/** A stranger can send as many fields as they like. */
const mostFields = 300
const mostUnusual = 50
const deepest = 8
/** From this many others on there is something usual. */
const fewest = 2

export function requestShape(body: Json): RequestShape {
  const shape = new Map<string, ValueKind>()
  const visit = (value: Json, path: string, depth: number) => {
    if (shape.size >= mostFields) return
    shape.set(path, kindOf(value))
    if (!isJsonObject(value) || depth >= deepest) return
    for (const [name, inner] of Object.entries(value)) visit(inner, fieldPath(path, name), depth + 1)
  }
  visit(body, '', 0)
  return shape
}

/** In what a request differs from what most others have; nothing while there are too few to tell. */
export function unusualFields(shape: RequestShape, others: readonly RequestShape[]): UnusualField[] {
  if (others.length < fewest) return []
  const counts = new Map<string, Map<ValueKind, number>>()
  for (const other of others)
    for (const [path, kind] of other) {
      const kinds = counts.get(path) ?? new Map<ValueKind, number>()
      counts.set(path, kinds.set(kind, (kinds.get(kind) ?? 0) + 1))
    }
  const unusual: UnusualField[] = []
  for (const [path, kinds] of counts) {
    const [usual, count] = [...kinds].reduce((most, one) => (one[1] > most[1] ? one : most))
    if (count * 2 <= others.length) continue
    const now = shape.get(path)
    if (now === undefined) unusual.push({ path, kind: 'missing', usual, now: null })
    else if (now !== usual && !kinds.has(now)) unusual.push({ path, kind: 'changed', usual, now })
  }
  for (const [path, now] of shape) if (!counts.has(path)) unusual.push({ path, kind: 'new', usual: null, now })
  return unusual.filter(({ path }) => !unusual.some((outer) => isInside(path, outer.path))).slice(0, mostUnusual)
}

function kindOf(value: Json): ValueKind {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'group'
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'yes or no'
}
