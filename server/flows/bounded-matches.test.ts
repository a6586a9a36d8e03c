import { expect, test } from 'vitest'
import { boundedMatches } from './bounded-matches.ts'

test('texts are compared with patterns', () => {
  const matches = boundedMatches()
  expect(matches('^[A-Z]{2}$', 'AB')).toBe(true)
  expect(matches('^[A-Z]{2}$', 'abc')).toBe(false)
  expect(matches('[', 'a')).toBeUndefined()
})

test('a pattern that would take ages is given up, and so is all that comes after it', () => {
  const matches = boundedMatches(20)
  expect(matches('^(a+)+$', `${'a'.repeat(60)}b`)).toBeUndefined()
  expect(matches('a', 'a')).toBeUndefined()
})
