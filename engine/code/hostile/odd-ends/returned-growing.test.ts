import { hostile } from '../../testing/hostile.ts'

hostile('a result that grows while it is written ends at a limit', {
  code: `export default async () => {
    return { toJSON() { return [this, this, this] } }
  }`,
  limits: { cpuMs: 10_000, memoryMb: 32 },
  endsAs: ['memory_limit', 'cpu_limit', 'code_error', 'result_limit'],
})
