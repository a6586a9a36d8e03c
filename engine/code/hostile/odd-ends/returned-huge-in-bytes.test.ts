import { hostile } from '../../testing/hostile.ts'

hostile('a result is measured in bytes, not in letters', {
  code: `export default async () => {
    return 'é'.repeat(1500)
  }`,
  limits: { resultBytes: 2000 },
  endsAs: 'result_limit',
})
