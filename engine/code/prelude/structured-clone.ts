/** Copies a value as the web's `structuredClone` does, cycles and all; functions and symbols can't be copied. */
export function structuredCloneOf(value: unknown): unknown {
  return copy(value, new Map())
}

function copy(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`A ${typeof value} can't be cloned`)
  if (typeof value !== 'object' || value === null) return value
  const before = seen.get(value)
  if (before !== undefined) return before
  const keep = <T extends object>(made: T): T => {
    seen.set(value, made)
    return made
  }
  if (Array.isArray(value)) {
    const list = keep<unknown[]>([])
    list.length = value.length
    for (const key of Object.keys(value)) Reflect.set(list, key, copy(Reflect.get(value, key), seen))
    return list
  }
  if (value instanceof Date) return keep(new Date(value.getTime()))
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags))
  if (value instanceof Map) {
    const map = keep(new Map<unknown, unknown>())
    for (const [key, held] of value) map.set(copy(key, seen), copy(held, seen))
    return map
  }
  if (value instanceof Set) {
    const set = keep(new Set<unknown>())
    for (const held of value) set.add(copy(held, seen))
    return set
  }
  if (value instanceof ArrayBuffer) return keep(value.slice(0))
  if (value instanceof DataView)
    return keep(new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)))
  if (ArrayBuffer.isView(value) && 'slice' in value && typeof value.slice === 'function') {
    const part: unknown = value.slice()
    return keep(Object(part))
  }
  if (value instanceof Error) {
    const error = keep(new Error(value.message))
    for (const key of ['name', 'stack'])
      Object.defineProperty(error, key, { value: String(Reflect.get(value, key)), configurable: true, writable: true })
    if (value.cause !== undefined) error.cause = copy(value.cause, seen)
    return error
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef)
    throw new TypeError("This object can't be cloned")
  const made = keep<object>({})
  for (const key of Object.keys(value)) {
    Object.defineProperty(made, key, {
      value: copy(Reflect.get(value, key), seen),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return made
}
