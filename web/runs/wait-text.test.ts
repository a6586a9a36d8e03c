import { expect, test } from 'vitest'
import { waitText } from './wait-text.ts'

const now = new Date(2031, 4, 12, 14, 0, 0)
const since = now.toISOString()
const at = (...clock: [day: number, hours: number, minutes: number, seconds: number]) => new Date(2031, 4, ...clock).toISOString()

test('a wait that ends soon counts down, a long one says when', () => {
  expect(waitText({ path: 'w', kind: 'delay', since, until: at(12, 14, 0, 7) }, now)).toBe('Waiting until 14:00, 7 s more')
  expect(waitText({ path: 'w', kind: 'delay', since, until: at(13, 9, 0, 0) }, now)).toBe('Waiting until tomorrow 09:00')
})

test('a wait whose moment has passed does not count backwards', () => {
  expect(waitText({ path: 'w', kind: 'retry', since, until: at(12, 13, 59, 58) }, now)).toBe('Trying again at 13:59')
})
