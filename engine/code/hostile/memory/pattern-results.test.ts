import { hostile } from '../../testing/hostile.ts'

hostile('a pattern whose results are all kept', {
  code: `export default () => { const a: unknown[] = []; for (;;) a.push("ab".repeat(1e6).match(/./g)) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
