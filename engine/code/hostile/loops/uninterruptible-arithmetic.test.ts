import { hostile } from '../../testing/hostile.ts'

hostile('arithmetic that can’t be interrupted costs its runner, and nobody else', {
  code: `export default () => { let x = 3n ** 200000n; for (;;) x = x * x }`,
  endsAs: ['cpu_limit', 'memory_limit'],
})
