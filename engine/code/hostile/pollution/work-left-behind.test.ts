import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('work left behind is gone with its run', {
  code: `export default async (context: any) => {
    setInterval(() => context.log('still here'), 1)
    void (async () => { for (let i = 0; i < 100; i++) { await new Promise((resolve) => setTimeout(resolve, 1)); context.log('still there') } })()
    return 1
  }`,
  gives: 1,
  then: ({ lines }) => expect(lines).toEqual([]),
})
