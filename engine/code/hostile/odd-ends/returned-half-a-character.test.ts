import { hostile } from '../../testing/hostile.ts'

hostile('half a character comes out as it is', {
  code: `export default async () => {
    return '\\ud800'
  }`,
  gives: '\ud800',
})
