import { hostile } from '../../testing/hostile.ts'

hostile('throwing a proxy that always throws is told as it is', {
  code: `export default async () => {
    throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })
  }`,
  endsAs: 'code_error',
  saying: 'The code threw an object instead of an error',
})
