import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a huge message is cut', {
  code: `export default async () => {
    throw new Error('x'.repeat(1e6))
  }`,
  limits: { cpuMs: 5_000 },
  endsAs: 'code_error',
  then: ({ error }) => expect(error?.message).toMatch(/^x{8192}…$/),
})
