import { hostile } from '../../testing/hostile.ts'

hostile('a promise inside the result is an error that says where', {
  code: `export default async () => {
    return { a: Promise.resolve(1) }
  }`,
  endsAs: 'code_error',
  saying: 'result.a is a promise that was not awaited',
})
