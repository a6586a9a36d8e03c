import { hostile } from '../../testing/hostile.ts'

hostile('a list of four thousand million holes ends at a limit', {
  code: `export default async () => {
    const a: number[] = []
    a.length = 2 ** 32 - 1
    return a
  }`,
  endsAs: ['cpu_limit', 'memory_limit', 'code_error', 'result_limit', 'runner_crash'],
  limits: { cpuMs: 2_000 },
})
