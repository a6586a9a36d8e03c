import { hostile } from '../../testing/hostile.ts'

hostile('setting and clearing timers without end floods nobody', {
  code: `export default () => { for (;;) clearTimeout(setTimeout(() => {}, 1)) }`,
  endsAs: 'cpu_limit',
})
