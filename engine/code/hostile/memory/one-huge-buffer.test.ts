import { hostile } from '../../testing/hostile.ts'

hostile('one huge buffer', {
  code: `export default () => { return new Uint8Array(2 ** 31).length }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
