import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a header that would split the request never leaves', {
  code: `export default async () => {
    const tries = ['a\\r\\nX-Injected: 1', 'a\\nb', '\\0']
    return tries.map((value) => { try { new Headers({ 'x-a': value }); return 'taken' } catch (error: any) { return error.name } })
  }`,
  gives: ['TypeError', 'TypeError', 'TypeError'],
  then: ({ calls }) => expect(calls).toEqual([]),
})
