import { shownReference } from './secret-reference.ts'

const mostText = 8 * 1024
const mostEntries = 100
const deepest = 4

/** Writes any value for a log line: short, never throwing, never calling more of the value's own code than its getters. */
export function inspect(value: unknown): string {
  const budget = { left: mostText }
  try {
    return describe(value, 0, new Set(), budget)
  } catch {
    return '(something that can’t be shown)'
  }
}

function describe(value: unknown, depth: number, above: Set<object>, budget: { left: number }): string {
  const text = describeOne(value, depth, above, budget)
  budget.left -= text.length
  return text
}

function describeOne(value: unknown, depth: number, above: Set<object>, budget: { left: number }): string {
  if (typeof value === 'string') {
    const shown = value.length > budget.left ? `${value.slice(0, Math.max(0, budget.left))}…` : value
    return depth === 0 ? shown : `'${shown}'`
  }
  if (typeof value === 'bigint') return `${String(value)}n`
  if (typeof value === 'function') return `[Function ${value.name.slice(0, 100) || '(anonymous)'}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const reference = shownReference(value)
  if (reference !== undefined) return reference
  if (budget.left <= 0) return '…'
  if (above.has(value)) return '[Circular]'
  if (value instanceof Error)
    return depth === 0 && typeof value.stack === 'string'
      ? value.stack.slice(0, mostText)
      : `[${value.name}: ${value.message.slice(0, 500)}]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof RegExp) return String(value)
  if (value instanceof Promise) return 'Promise {}'
  if (depth >= deepest) return Array.isArray(value) ? '[Array]' : '[Object]'
  above.add(value)
  const text = describeObject(value, (child) => describe(child, depth + 1, above, budget), budget)
  above.delete(value)
  return text
}

function describeObject(value: object, inner: (child: unknown) => string, budget: { left: number }): string {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return `${value.constructor.name} [ ${[...take(Object.values(value), budget)].map(inner).join(', ')} ]`
  if (Array.isArray(value)) return listed('[', take(value, budget), value.length, inner, ']')
  if (value instanceof Map)
    return listed(
      `Map(${value.size}) {`,
      take(value, budget),
      value.size,
      ([key, item]) => `${inner(key)} => ${inner(item)}`,
      '}',
    )
  if (value instanceof Set) return listed(`Set(${value.size}) {`, take(value, budget), value.size, inner, '}')
  const keys = Object.keys(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  const name =
    prototype === Object.prototype || prototype === null ? '' : `${String(value.constructor?.name ?? '').slice(0, 50)} `
  return listed(
    `${name}{`,
    take(keys, budget),
    keys.length,
    (key) => `${/^[\w$]+$/.test(key) ? key : `'${key.slice(0, 100)}'`}: ${inner(Reflect.get(value, key))}`,
    '}',
  )
}

function* take<T>(items: Iterable<T>, budget: { left: number }): Generator<T> {
  let count = 0
  for (const item of items) {
    if (count++ >= mostEntries || budget.left <= 0) return
    yield item
  }
}

function listed<T>(open: string, items: Iterable<T>, size: number, write: (item: T) => string, close: string): string {
  const shown = [...items].map(write)
  if (shown.length < size) shown.push(`… ${size - shown.length} more`)
  return shown.length === 0 ? open + close : `${open} ${shown.join(', ')} ${close}`
}
