import { hostile } from '../../testing/hostile.ts'

hostile('a loop in the message of what is thrown is stopped', {
  code: `export default () => { throw { get message() { for (;;); } } }`,
  endsAs: 'cpu_limit',
})
