import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('logging what can’t be written down is no error', {
  code: `export default async (context: any) => {
    const a: any = { n: 1n }
    a.self = a
    context.log('circular', a)
    console.log(a, () => 1, Symbol('s'), new Proxy({}, { ownKeys() { throw 1 } }))
    context.log({ toString() { throw 1 } })
    context.log(undefined)
    return 1
  }`,
  gives: 1,
  then: ({ lines }) =>
    expect(lines.map(({ message }) => message)).toEqual([
      'circular',
      '{ n: 1n, self: [Circular] } [Function (anonymous)] Symbol(s) (something that can’t be shown)',
      '{ toString: [Function toString] }',
      'undefined',
    ]),
})
