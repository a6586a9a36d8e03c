import type { JsonPatchOperation } from './api.ts'
import { AppError } from './errors.ts'
import { isJsonObject } from './is-json-object.ts'
import type { Json } from './json.ts'

/**
 * The document after an RFC 6902 patch. The given one is not changed; what the patch doesn't touch is shared.
 * All or nothing: throws `invalid_request` naming the operation that can't be done.
 */
export function applyPatch(document: Json, patch: readonly JsonPatchOperation[]): Json {
  return patch.reduce<Json>((current, operation, index) => applyNumbered(current, operation, index).after, document)
}

/** The patch that takes the result of `applyPatch(before, patch)` back to `before`. */
export function invertPatch(before: Json, patch: readonly JsonPatchOperation[]): JsonPatchOperation[] {
  const undo: JsonPatchOperation[][] = []
  let current = before
  for (const [index, operation] of patch.entries()) {
    const step = applyNumbered(current, operation, index)
    current = step.after
    undo.push(step.undo)
  }
  return undo.toReversed().flat()
}

interface Step {
  after: Json
  undo: JsonPatchOperation[]
}

function applyNumbered(document: Json, operation: JsonPatchOperation, index: number): Step {
  try {
    return applyOne(document, operation)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const where = `${operation.op} ${operation.path === '' ? 'the whole document' : operation.path}`
    throw new AppError('invalid_request', `Change ${index + 1} (${where}) can't be made: ${error.message}`, {
      errors: [{ path: `/${index}`, message: error.message }],
      cause: error,
    })
  }
}

/** Why one operation can't be done; becomes an AppError that also says which operation it was. */
class Refusal extends Error {}

function applyOne(document: Json, operation: JsonPatchOperation): Step {
  switch (operation.op) {
    case 'add':
      return add(document, operation.path, operation.value)
    case 'remove':
      return remove(document, operation.path)
    case 'replace':
      return replace(document, operation.path, operation.value)
    case 'copy':
      return add(document, operation.path, getAt(document, parsePointer(operation.from)))
    case 'move':
      return move(document, operation.from, operation.path)
    case 'test':
      if (!isEqual(getAt(document, parsePointer(operation.path)), operation.value))
        throw new Refusal('the value there is another one.')
      return { after: document, undo: [] }
  }
}

function add(document: Json, path: string, value: Json): Step {
  const keys = parsePointer(path)
  const last = keys.at(-1)
  if (last === undefined) return { after: value, undo: [{ op: 'replace', path, value: document }] }
  const parent = getAt(document, keys.slice(0, -1))
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : indexIn(parent, last, parent.length)
    const after = changeAt(document, keys.slice(0, -1), parent.toSpliced(index, 0, value))
    return { after, undo: [{ op: 'remove', path: pointerFrom([...keys.slice(0, -1), String(index)]) }] }
  }
  if (!isJsonObject(parent)) throw new Refusal('what should hold it is neither an object nor a list.')
  const old = Object.hasOwn(parent, last) ? parent[last] : undefined
  return {
    after: changeAt(document, keys, value),
    undo: [old === undefined ? { op: 'remove', path } : { op: 'replace', path, value: old }],
  }
}

function remove(document: Json, path: string): Step {
  const keys = parsePointer(path)
  const last = keys.at(-1)
  if (last === undefined) throw new Refusal('the whole document cannot be removed.')
  const value = getAt(document, keys)
  const parent = getAt(document, keys.slice(0, -1))
  const without = Array.isArray(parent)
    ? parent.toSpliced(indexIn(parent, last, parent.length - 1), 1)
    : Object.fromEntries(Object.entries(isJsonObject(parent) ? parent : {}).filter(([key]) => key !== last))
  return { after: changeAt(document, keys.slice(0, -1), without), undo: [{ op: 'add', path, value }] }
}

function replace(document: Json, path: string, value: Json): Step {
  const keys = parsePointer(path)
  const old = getAt(document, keys)
  return { after: changeAt(document, keys, value), undo: [{ op: 'replace', path, value: old }] }
}

function move(document: Json, from: string, path: string): Step {
  const value = getAt(document, parsePointer(from))
  if (from === path) return { after: document, undo: [] }
  if (path.startsWith(`${from}/`)) throw new Refusal('a thing cannot be moved into itself.')
  const taken = remove(document, from)
  const put = add(taken.after, path, value)
  return { after: put.after, undo: [...put.undo, ...taken.undo] }
}

/** RFC 6901. `__proto__` is refused: no document has a use for it, and it is how objects are attacked. */
function parsePointer(pointer: string): string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw new Refusal('a path starts with "/".')
  if (/~(?![01])/.test(pointer)) throw new Refusal('"~" is written "~0" in a path.')
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keys.includes('__proto__')) throw new Refusal('"__proto__" is not allowed in a path.')
  return keys
}

function pointerFrom(keys: string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function getAt(document: Json, keys: string[]): Json {
  let value = document
  for (const key of keys) {
    if (Array.isArray(value)) value = value[indexIn(value, key, value.length - 1)] ?? null
    else if (isJsonObject(value) && Object.hasOwn(value, key)) value = value[key] ?? null
    else throw new Refusal(`there is nothing at "${key}".`)
  }
  return value
}

function changeAt(document: Json, keys: string[], value: Json): Json {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (Array.isArray(document)) {
    const index = indexIn(document, key, document.length - 1)
    return document.with(index, changeAt(document[index] ?? null, rest, value))
  }
  if (!isJsonObject(document)) throw new Refusal(`there is nothing at "${key}".`)
  return { ...document, [key]: rest.length === 0 ? value : changeAt(document[key] ?? null, rest, value) }
}

function indexIn(list: Json[], key: string, highest: number): number {
  const index = /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : Number.NaN
  if (!(index <= highest)) throw new Refusal(`the list has ${list.length} entries and none at "${key}".`)
  return index
}

function isEqual(one: Json, other: Json): boolean {
  if (one === other) return true
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => isEqual(item, other[index] ?? null))
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key] ?? null, other[key] ?? null))
  )
}
