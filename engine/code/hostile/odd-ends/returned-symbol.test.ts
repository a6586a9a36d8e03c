import { hostile } from '../../testing/hostile.ts'

hostile('a symbol as the result is an error', {
  code: `export default async () => {
    return Symbol('s')
  }`,
  endsAs: 'code_error',
  saying: 'result is a symbol',
})
