import { expect, test } from 'vitest'
import { errorWords } from './error-words.ts'

test('what JavaScript says is told in plain words, with its line', () => {
  expect(errorWords({ message: "TypeError: Cannot read properties of undefined (reading 'x')", line: 4 })).toBe(
    'Line 4: can’t read x of nothing',
  )
  expect(errorWords({ message: 'ReferenceError: total is not defined', line: 2 })).toBe('Line 2: there is nothing called total')
  expect(errorWords({ message: 'trigger.body.lines is not iterable' })).toBe('trigger.body.lines is not a list')
})

test('what somebody wrote, or another service said, stays as it is', () => {
  expect(errorWords({ message: 'Error: channel not found' })).toBe('Channel not found')
  expect(errorWords({ message: 'The address answered 404.' })).toBe('The address answered 404.')
})
