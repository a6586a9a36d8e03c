import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a proxy as the result is only ever read inside', {
  code: `export default async () => {
    const traps: string[] = []
    const handler = new Proxy({}, { get: (_, trap) => { traps.push(String(trap)); return undefined } })
    return { seen: traps, proxy: new Proxy({ a: 1 }, handler) }
  }`,
  gives: { seen: expect.any(Array), proxy: { a: 1 } },
})
