import { hostile } from '../../testing/hostile.ts'

hostile('a loop that never ends is stopped', {
  code: `export default () => { for (;;); }`,
  endsAs: 'cpu_limit',
})
