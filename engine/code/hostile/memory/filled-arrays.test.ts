import { hostile } from '../../testing/hostile.ts'

hostile('arrays filled at once', {
  code: `export default () => { return Array.from({ length: 8 }, () => new Array(2 ** 25 - 1).fill(1)).length }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
