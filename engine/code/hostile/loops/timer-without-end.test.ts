import { hostile } from '../../testing/hostile.ts'

hostile('a step that only ever waits for its own timer is stopped by the clock', {
  code: `export default () => new Promise(() => setInterval(() => {}, 5))`,
  limits: { wallMs: 400, cpuMs: 10_000 },
  endsAs: 'wall_limit',
})
