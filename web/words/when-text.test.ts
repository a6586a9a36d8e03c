import { expect, test } from 'vitest'
import { agoText, exactText, momentText } from './when-text.ts'

const now = new Date(2031, 4, 12, 14, 30, 0)
const before = (ms: number) => new Date(now.getTime() - ms)

test('a moment ago is said without numbers, and a clock slightly ahead is not the future', () => {
  expect(agoText(before(3_000), now)).toBe('just now')
  expect(agoText(before(-2_000), now)).toBe('just now')
})

test('the last hour is counted, the rest is told by clock and calendar', () => {
  expect(agoText(before(42_000), now)).toBe('42 s ago')
  expect(agoText(before(5 * 60_000), now)).toBe('5 min ago')
  expect(agoText(before(2 * 3_600_000), now)).toBe('12:30')
  expect(agoText(before(15 * 3_600_000), now)).toBe('yesterday 23:30')
  expect(agoText(new Date(2031, 0, 3, 9, 5), now)).toBe('Jan 3 09:05')
  expect(agoText(new Date(2029, 0, 3, 9, 5), now)).toBe('Jan 3, 2029')
})

test('moments to come name tomorrow', () => {
  expect(momentText(new Date(2031, 4, 13, 9, 0), now)).toBe('tomorrow 09:00')
})

test('exact times carry seconds, and the day only when it is another one', () => {
  expect(exactText(new Date(2031, 4, 12, 1, 2, 3), now)).toBe('01:02:03')
  expect(exactText(new Date(2031, 4, 11, 1, 2, 3), now)).toBe('May 11 01:02:03')
})
