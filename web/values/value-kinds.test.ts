import { expect, test } from 'vitest'
import { kindOf, readValue, textFromValue } from './value-kinds.ts'

test.each([['a text'], [''], [12.5], [true], [false], [['a', 1]], [{ a: { b: null } }], [null]])(
  '%j is read as it was shown',
  (value) => {
    expect(readValue(kindOf(value), textFromValue(value))).toEqual({ value })
  },
)

test.each([
  ['number', 'twelve', 'not a number'],
  ['number', ' ', 'not a number'],
  ['data', '{a: 1}', 'can’t be read'],
] as const)('%s: %j is no value', (kind, text, words) => {
  expect(readValue(kind, text)).toEqual({ problem: expect.stringContaining(words) })
})

test('a number may have a comma', () => {
  expect(readValue('number', '12,5')).toEqual({ value: 12.5 })
})
