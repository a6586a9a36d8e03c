import { hostile } from '../../testing/hostile.ts'

hostile('an array doubled by spreading', {
  code: `export default () => { let a = [1]; for (;;) a = [...a, ...a] }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
