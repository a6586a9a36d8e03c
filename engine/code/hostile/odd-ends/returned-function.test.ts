import { hostile } from '../../testing/hostile.ts'

hostile('a function as the result is an error that says where', {
  code: `export default async () => {
    return { a: [1, () => 1] }
  }`,
  endsAs: 'code_error',
  saying: 'result.a[1] is a function',
})
