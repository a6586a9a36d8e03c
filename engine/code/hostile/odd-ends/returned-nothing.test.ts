import { hostile } from '../../testing/hostile.ts'

hostile('nothing as the result is null', {
  code: `export default async () => {}`,
  gives: null,
})
