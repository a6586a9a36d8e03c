import { hostile } from '../../testing/hostile.ts'

hostile('spreading a generator without end is stopped', {
  code: `export default () => Math.max(...(function* () { for (let i = 0; ; i++) yield i })())`,
  endsAs: ['cpu_limit', 'memory_limit', 'code_error'],
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
