import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('promises that fail without end and without a hearer flood nobody', {
  code: `export default async () => {
    for (let i = 0; i < 20_000; i++) void Promise.reject(new Error('lost ' + i))
    await new Promise((resolve) => setTimeout(resolve, 5))
    return 1
  }`,
  limits: { cpuMs: 10_000 },
  givesAtMost: 1,
  then: ({ lines }) => expect(lines.length).toBeLessThanOrEqual(1001),
})
