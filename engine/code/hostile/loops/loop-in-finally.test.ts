import { hostile } from '../../testing/hostile.ts'

hostile('a loop that hides in catch and finally is stopped all the same', {
  code: `export default () => {
    for (;;) {
      try { for (;;); } catch { for (;;); } finally { for (;;); }
    }
  }`,
  endsAs: 'cpu_limit',
})
