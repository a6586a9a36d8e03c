import { hostile } from '../../testing/hostile.ts'

hostile('taking over how promises go on steals nothing of the host', {
  code: `export default async () => {
    const seen: string[] = []
    const then = Promise.prototype.then
    Promise.prototype.then = function (this: any, ...handlers: any[]) {
      seen.push(...handlers.map((handler) => String(handler?.constructor?.constructor?.('return typeof process')?.())))
      return Reflect.apply(then, this, handlers)
    } as any
    try { await fetch('http://10.0.0.1/') } catch {}
    Promise.prototype.then = then
    return seen.filter((type) => type !== 'undefined')
  }`,
  givesAtMost: [],
})
