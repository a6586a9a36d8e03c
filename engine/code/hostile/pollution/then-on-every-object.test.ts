import { hostile } from '../../testing/hostile.ts'

hostile('a then on every object is gone with its run', {
  code: `export default async () => {
    Object.defineProperty(Object.prototype, 'then', { get() { return undefined }, configurable: true })
    return 1
  }`,
  gives: 1,
})
