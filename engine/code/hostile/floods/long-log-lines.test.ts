import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('long lines are cut, and 256 KiB of them are enough', {
  code: `export default async (context: any) => {
    for (let i = 0; i < 100; i++) context.log('x'.repeat(1e5))
    return 1
  }`,
  limits: { cpuMs: 10_000 },
  gives: 1,
  then: ({ lines }) =>
    expect([lines.length <= 33, lines.slice(0, -1).every(({ message }) => message.length <= 8 * 1024 + 1)]).toEqual([true, true]),
})
