import { hostile } from '../../testing/hostile.ts'

hostile('a pattern that takes for ever is stopped in the middle of a replace, too', {
  code: `export default () => "x".repeat(30000).replace(/(x+x+)+y/g, "")`,
  endsAs: ['cpu_limit', 'code_error'],
})
