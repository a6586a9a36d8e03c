import { hostile } from '../../testing/hostile.ts'

hostile('buffers that are refused and asked for again end at some limit', {
  code: `export default () => { const a: unknown[] = []; for (;;) { try { a.push(new Uint8Array(1e6).fill(1)) } catch {} } }`,
  endsAs: ['cpu_limit', 'memory_limit'],
  limits: { cpuMs: 1_000 },
})
