import { hostile } from '../../testing/hostile.ts'

hostile('a loop in a getter of what is returned is stopped', {
  code: `export default () => ({ get total() { for (;;); } })`,
  endsAs: 'cpu_limit',
})
