import { hostile } from '../../testing/hostile.ts'

hostile('changed methods of built-ins are whole again in the next run', {
  code: `export default async () => {
    Array.prototype.includes = () => false
    Array.prototype.map = () => ['stolen']
    return 1
  }`,
  gives: 1,
})
