import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a stack of any depth comes out cut', {
  code: `export default async () => {
    Error.stackTraceLimit = 1e6
    const deep = (n: number): never => { if (n === 0) throw new Error('deep'); return deep(n - 1) }
    return deep(3000)
  }`,
  endsAs: 'code_error',
  saying: 'deep',
  then: ({ error }) => expect(error?.facts.userStack?.split('\n').length).toBeLessThan(40),
})
