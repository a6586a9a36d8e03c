import { hostile } from '../../testing/hostile.ts'

hostile('a sort of one huge list is stopped', {
  code: `export default () => { const list = Array.from({ length: 3e6 }, Math.random); for (;;) list.sort((a, b) => b - a) }`,
  endsAs: ['cpu_limit', 'memory_limit'],
})
