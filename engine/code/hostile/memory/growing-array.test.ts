import { hostile } from '../../testing/hostile.ts'

hostile('an array that grows without end', {
  code: `export default () => { const a: unknown[] = []; for (;;) a.push({ a, i: a.length }) }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
