import { hostile } from '../../testing/hostile.ts'

hostile('a loop in a trap of what is returned is stopped', {
  code: `export default () => new Proxy({}, { ownKeys() { for (;;); } })`,
  endsAs: 'cpu_limit',
})
