import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('logging a huge object writes a short line', {
  code: `export default async () => {
    console.log(Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['key' + i, 'x'.repeat(100)])))
    return 1
  }`,
  limits: { cpuMs: 10_000 },
  gives: 1,
  then: ({ lines }) => expect(lines[0]?.message.length).toBeLessThan(20_000),
})
