import { hostile } from '../../testing/hostile.ts'

hostile('big integers that are all kept', {
  code: `export default () => { const a: bigint[] = []; for (let i = 1n; ; i++) a.push((2n ** 1000000n) + i) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
