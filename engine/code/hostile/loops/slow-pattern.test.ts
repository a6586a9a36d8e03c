import { hostile } from '../../testing/hostile.ts'

hostile('a pattern that takes for ever is stopped', {
  code: `export default () => /^(a+)+$/.test("a".repeat(50) + "b")`,
  endsAs: 'cpu_limit',
})
