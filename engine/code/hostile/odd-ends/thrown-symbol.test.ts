import { hostile } from '../../testing/hostile.ts'

hostile('throwing a symbol is told as it is', {
  code: `export default async () => {
    throw Symbol('s')
  }`,
  endsAs: 'code_error',
  saying: 'The code threw Symbol(s) instead of an error',
})
