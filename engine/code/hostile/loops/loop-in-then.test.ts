import { hostile } from '../../testing/hostile.ts'

hostile('a loop in the then of what is returned is stopped', {
  code: `export default () => ({ then() { for (;;); } })`,
  endsAs: 'cpu_limit',
})
