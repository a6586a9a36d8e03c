import { hostile } from '../../testing/hostile.ts'

hostile('a result whose getter throws is that error', {
  code: `export default async () => {
    return { get total() { throw new RangeError('no total') } }
  }`,
  endsAs: 'code_error',
  saying: 'no total',
})
