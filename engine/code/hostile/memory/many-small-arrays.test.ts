import { hostile } from '../../testing/hostile.ts'

hostile('many small arrays', {
  code: `export default () => { const a: unknown[] = []; for (;;) a.push(new Array(1000).fill(a.length)) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
