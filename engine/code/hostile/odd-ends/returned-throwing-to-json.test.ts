import { hostile } from '../../testing/hostile.ts'

hostile('a result whose toJSON throws is that error', {
  code: `export default async () => {
    return { toJSON() { throw new Error('not mine to tell') } }
  }`,
  endsAs: 'code_error',
  saying: 'not mine to tell',
})
