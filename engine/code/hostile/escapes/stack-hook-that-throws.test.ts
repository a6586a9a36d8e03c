import { hostile } from '../../testing/hostile.ts'

hostile('a hook into stacks that throws doesn’t hide the error', {
  code: `export default async () => {
    Error.prepareStackTrace = () => { throw 1 }
    throw new Error('mine')
  }`,
  endsAs: 'code_error',
})
