import { hostile } from '../../testing/hostile.ts'

hostile('a debugger statement stops nothing', {
  code: `export default async () => {
    debugger
    return 'went on'
  }`,
  gives: 'went on',
})
