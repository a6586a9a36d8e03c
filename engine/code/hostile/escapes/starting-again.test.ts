import { hostile } from '../../testing/hostile.ts'

hostile('the way in for the step’s script is gone before the step runs', {
  code: `const before = typeof (globalThis as any).__start; export default () => [before, typeof (globalThis as any).__start, typeof (globalThis as any).__boot]`,
  gives: ['undefined', 'undefined', 'undefined'],
})
