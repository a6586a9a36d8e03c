import { hostile } from '../../testing/hostile.ts'

hostile('buffers that are all kept', {
  code: `export default () => { const a: unknown[] = []; for (;;) a.push(new Uint8Array(1e6).fill(1)) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
