import { hostile } from '../../testing/hostile.ts'

hostile('a registered symbol carries nothing to the next run', {
  code: `export default async () => {
    const key = Symbol.for('left')
    ;(globalThis as any)[key] ??= 0
    return ++(globalThis as any)[key]
  }`,
  gives: 1,
})
