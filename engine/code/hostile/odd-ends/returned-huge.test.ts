import { hostile } from '../../testing/hostile.ts'

hostile('a result over the limit is refused', {
  code: `export default async () => {
    return 'x'.repeat(2_000_000)
  }`,
  limits: { cpuMs: 5_000, resultBytes: 1_000_000 },
  endsAs: 'result_limit',
})
