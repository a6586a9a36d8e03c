import { hostile } from '../../testing/hostile.ts'

hostile('two attempts of the same code share nothing at the top of the module', {
  code: `let count = 0
export default () => ++count`,
  gives: 1,
})
