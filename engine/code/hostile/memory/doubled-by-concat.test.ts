import { hostile } from '../../testing/hostile.ts'

hostile('an array doubled by concat', {
  code: `export default () => { let a = [1]; for (;;) a = a.concat(a) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
