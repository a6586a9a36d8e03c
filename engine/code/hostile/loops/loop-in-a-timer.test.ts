import { hostile } from '../../testing/hostile.ts'

hostile('a loop in a timer is stopped', {
  code: `export default () => new Promise(() => setTimeout(() => { for (;;); }, 1))`,
  endsAs: 'cpu_limit',
})
