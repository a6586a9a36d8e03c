import { hostile } from '../../testing/hostile.ts'

hostile('endless recursion is an error of the code', {
  code: `export default function again(): unknown { return again() }`,
  endsAs: 'code_error',
  saying: 'call stack',
})
