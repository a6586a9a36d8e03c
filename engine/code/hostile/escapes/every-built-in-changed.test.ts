import { hostile } from '../../testing/hostile.ts'

hostile('changing every built-in reaches nobody outside', {
  code: `export default async () => {
    const stolen: unknown[] = []
    const steal = function (this: unknown, ...values: unknown[]) { stolen.push(this, ...values); return undefined as any }
    for (const kind of [String, Array, Promise, Map, Function]) {
      for (const name of Object.getOwnPropertyNames(kind.prototype)) {
        if (name === 'constructor' || name === 'push' || name === 'then') continue
        try { (kind.prototype as any)[name] = steal } catch {}
      }
    }
    JSON.stringify = steal; JSON.parse = steal; Reflect.apply = steal; Object.defineProperty = steal
    try { console.log('x', {}) } catch {}
    try { await fetch('http://10.0.0.1/') } catch {}
    let strangers = 0
    for (const value of stolen) if (typeof value === 'function' && value.constructor !== Function) strangers++
    return strangers
  }`,
  givesAtMost: 0,
})
