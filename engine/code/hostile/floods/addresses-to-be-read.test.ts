import { hostile } from '../../testing/hostile.ts'

hostile('addresses to be read without end count as the run’s own time', {
  code: `export default () => { for (;;) new URL("http://a/" + "b".repeat(1e5)) }`,
  endsAs: ['cpu_limit', 'memory_limit'],
})
