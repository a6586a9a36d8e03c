import { hostile } from '../../testing/hostile.ts'

hostile('ten thousand timers are enough', {
  code: `export default () => { for (;;) setTimeout(() => {}, 1e6) }`,
  limits: { cpuMs: 10_000 },
  endsAs: 'code_error',
  saying: 'timers',
})
