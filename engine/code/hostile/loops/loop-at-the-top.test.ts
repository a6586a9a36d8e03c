import { hostile } from '../../testing/hostile.ts'

hostile('a loop at the top of the module is stopped before there is a step', {
  code: `for (;;); export default () => 1`,
  endsAs: 'cpu_limit',
})
