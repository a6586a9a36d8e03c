import { jsonFrom } from './host.ts'
import { mostDepth } from './limits.ts'

/** Writes what the code returned as JSON; throws an error that names the place of what JSON can't hold. */
export function jsonFromResult(value: unknown): string {
  if (value === undefined) return 'null'
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return jsonFrom(value)
  assertWritable(value, [], new Set())
  return jsonFrom(value) ?? 'null'
}

function assertWritable(value: unknown, path: (string | number)[], above: Set<object>): void {
  if (typeof value === 'function') throw unwritable(path, 'a function')
  if (typeof value === 'bigint') throw unwritable(path, 'a BigInt (use Number(…) or String(…))')
  if (typeof value === 'symbol') throw unwritable(path, 'a symbol')
  if (typeof value !== 'object' || value === null || 'toJSON' in value || ArrayBuffer.isView(value)) return
  if (above.has(value)) throw unwritable(path, 'circular: it contains itself')
  if (path.length >= mostDepth) throw new TypeError(`The result is nested deeper than ${mostDepth} levels`)
  if (typeof Reflect.get(value, 'then') === 'function') throw unwritable(path, 'a promise that was not awaited')
  above.add(value)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) step(value[i], i)
  } else {
    for (const key of Object.keys(value)) step(Reflect.get(value, key), key)
  }
  above.delete(value)

  function step(child: unknown, key: string | number): void {
    if (
      (typeof child !== 'object' || child === null) &&
      typeof child !== 'function' &&
      typeof child !== 'bigint' &&
      typeof child !== 'symbol'
    )
      return
    path.push(key)
    assertWritable(child, path, above)
    path.pop()
  }
}

function unwritable(path: (string | number)[], what: string): TypeError {
  const keys = path.slice(0, 20).map((key) => (typeof key === 'number' ? `[${key}]` : `.${key.slice(0, 50)}`))
  return new TypeError(`A step returns plain data, but result${keys.join('')}${path.length > 20 ? '…' : ''} is ${what}`)
}
