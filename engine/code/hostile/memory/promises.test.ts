import { hostile } from '../../testing/hostile.ts'

hostile('promises nobody settles', {
  code: `export default () => { const a: unknown[] = []; for (;;) a.push(new Promise(() => {}).then(() => a)) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
