import { hostile } from '../../testing/hostile.ts'

hostile('taking over how arrays are iterated shows no value of the host', {
  code: `export default async (context: any) => {
    const seen: unknown[] = []
    const iterate = Array.prototype[Symbol.iterator]
    Array.prototype[Symbol.iterator] = function (this: unknown[]) { seen.push(...Array.from({ length: this.length }, (_, i) => this[i])); return Reflect.apply(iterate, this, []) } as any
    try { new URL('http://a/b'); new Headers({ a: 'b' }); context.log('x') } catch {}
    Array.prototype[Symbol.iterator] = iterate
    return seen.filter((value: any) => typeof value === 'function' && value.constructor !== Function).length
  }`,
  givesAtMost: 0,
})
