import { hostile } from '../../testing/hostile.ts'

hostile('setters on every object catch nothing of the host’s messages', {
  code: `export default async () => {
    const caught: string[] = []
    for (const key of ['ok', 'head', 'form', 'body', 'status', 'url', 'kind', 'id', 'call', 'resolve', 'code'])
      Object.defineProperty(Object.prototype, key, { configurable: true, set(value) { if (typeof value === 'function') caught.push(key) } })
    try { await fetch('http://10.0.0.1/') } catch {}
    for (const key of Object.keys(Object.prototype)) delete (Object.prototype as any)[key]
    return caught
  }`,
  givesAtMost: [],
})
