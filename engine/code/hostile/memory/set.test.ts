import { hostile } from '../../testing/hostile.ts'

hostile('a set that grows without end', {
  code: `export default () => { const s = new Set(); for (let i = 0; ; i++) s.add(i) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
