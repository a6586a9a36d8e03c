import { hostile } from '../../testing/hostile.ts'

hostile('a hook into stacks that answers nonsense doesn’t hide the error', {
  code: `export default async () => {
    Error.prepareStackTrace = () => ({ length: 1e9, toString: null })
    throw new Error('mine')
  }`,
  endsAs: 'code_error',
  saying: 'mine',
})
