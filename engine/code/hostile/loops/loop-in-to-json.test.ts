import { hostile } from '../../testing/hostile.ts'

hostile('a loop in toJSON of what is returned is stopped', {
  code: `export default () => ({ toJSON() { for (;;); } })`,
  endsAs: 'cpu_limit',
})
