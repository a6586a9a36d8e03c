import { hostile } from '../../testing/hostile.ts'

hostile('a default export that is no function is an error', {
  code: `export default 5`,
  endsAs: 'code_error',
  saying: 'must be a function',
})
