import { hostile } from '../../testing/hostile.ts'

hostile('tiny buffers without number', {
  code: `export default () => { const a: unknown[] = []; for (;;) a.push(new Float64Array(8)) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
