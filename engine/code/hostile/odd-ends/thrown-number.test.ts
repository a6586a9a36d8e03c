import { hostile } from '../../testing/hostile.ts'

hostile('throwing a number is told as it is', {
  code: `export default async () => {
    throw 5
  }`,
  endsAs: 'code_error',
  saying: 'The code threw 5 instead of an error',
})
