import { hostile } from '../../testing/hostile.ts'

hostile('a changed JSON is whole again in the next run', {
  code: `export default async () => {
    JSON.stringify = () => 'stolen'
    JSON.parse = () => ({ stolen: true })
    return 1
  }`,
  gives: 1,
})
