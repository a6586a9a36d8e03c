import { hostile } from '../../testing/hostile.ts'

hostile('throwing an object whose parts throw is told as it is', {
  code: `export default async () => {
    throw { get message() { throw 1 }, get stack() { throw 2 }, get name() { throw 3 } }
  }`,
  endsAs: 'code_error',
  saying: 'The code threw an object instead of an error',
})
