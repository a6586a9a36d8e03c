import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('a promise that fails with nobody listening is logged, not thrown', {
  code: `export default async () => {
    void Promise.reject(new Error('lost'))
    await new Promise((resolve) => setTimeout(resolve, 5))
    return 1
  }`,
  gives: 1,
  then: ({ lines }) => expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('lost') }]),
})
