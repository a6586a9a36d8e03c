import { hostile } from '../../testing/hostile.ts'

hostile('a promise that fails after the step has returned is nobody’s error', {
  code: `export default async () => {
    setTimeout(() => { throw new Error('too late') }, 1)
    void Promise.resolve().then(() => { throw new Error('at once') })
    return 1
  }`,
  gives: 1,
})
