import { hostile } from '../../testing/hostile.ts'

hostile('well-known symbols on the result change nothing outside', {
  code: `export default async () => {
    return { [Symbol.toPrimitive]: () => 'x', [Symbol.toStringTag]: 'Reference', get [Symbol.iterator]() { throw 1 }, value: 1 }
  }`,
  gives: { value: 1 },
})
