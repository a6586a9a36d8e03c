import { hostile } from '../../testing/hostile.ts'

hostile('frozen built-ins are as free as ever in the next run', {
  code: `export default async () => {
    for (const kind of [Object, Array, Function, Promise, Map, String]) { Object.freeze(kind); Object.freeze(kind.prototype) }
    return 1
  }`,
  givesAtMost: 1,
})
