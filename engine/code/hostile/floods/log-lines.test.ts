import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('of a flood of log lines a thousand are kept and the rest is counted', {
  code: `export default async (context: any) => {
    for (let i = 0; i < 50_000; i++) context.log('line ' + i)
    return 1
  }`,
  limits: { cpuMs: 10_000 },
  gives: 1,
  then: ({ lines }) =>
    expect([lines.length, lines[999]?.message, lines[1000]?.message]).toEqual([
      1001,
      'line 999',
      expect.stringContaining('49000 more'),
    ]),
})
