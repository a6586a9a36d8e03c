import { expect, test } from 'vitest'
import { matchingHelpers, withHelper } from './matching-helpers.ts'

const names = (text: string) => matchingHelpers(text).map((helper) => helper.name)

test('a word being typed finds the functions it could become', () => {
  expect(names('format')).toEqual(expect.arrayContaining(['formatDate', 'formatNumber']))
  expect(names('steps.price.total + sumB')).toEqual(['sumBy'])
  expect(names('formatDate(')).toEqual(['formatDate'])
})

test('fields, texts and finished formulas find none', () => {
  expect(names('trigger.format')).toEqual([])
  expect(names("'format")).toEqual([])
  expect(names('')).toEqual([])
  expect(names('formatDate(now)')).toEqual([])
})

test('choosing one completes the word', () => {
  const [helper] = matchingHelpers('1 + sumB')
  expect(helper && withHelper('1 + sumB', helper)).toBe('1 + sumBy(')
})
