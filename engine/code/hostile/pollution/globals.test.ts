import { hostile } from '../../testing/hostile.ts'

hostile('a global is gone with its run', {
  code: `export default async () => {
    (globalThis as any).left = 'behind'; (globalThis as any).fetch = undefined; (globalThis as any).URL = class {}
    return 1
  }`,
  gives: 1,
})
