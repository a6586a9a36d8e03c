import { hostile } from '../../testing/hostile.ts'

hostile('throwing undefined is told as it is', {
  code: `export default async () => {
    throw undefined
  }`,
  endsAs: 'code_error',
  saying: 'The code threw undefined instead of an error',
})
