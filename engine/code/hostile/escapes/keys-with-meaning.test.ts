import { hostile } from '../../testing/hostile.ts'

hostile('what a step returns can’t carry a prototype or a key that means something to the host', {
  code: `export default async () => {
    return JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": 2, "then": 3}')
  }`,
  gives: JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": 2, "then": 3}'),
})
