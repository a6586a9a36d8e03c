import { hostile } from '../../testing/hostile.ts'

hostile('a map that grows without end', {
  code: `export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
