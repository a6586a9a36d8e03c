import { hostile } from '../../testing/hostile.ts'

hostile('a change of Object.prototype is gone with its run', {
  code: `export default async () => {
    (Object.prototype as any).polluted = true
    return 1
  }`,
  gives: 1,
})
