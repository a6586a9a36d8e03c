import { expect, test } from 'vitest'
import { backOffMs } from './back-off.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

test.each([
  ['a minute first, then twice as long each time', 5 * minuteMs, undefined, [1, 2, 4, 8, 16, 32, 60, 60]],
  ['no longer than its own time when that is more than an hour', 3 * hourMs, undefined, [1, 2, 4, 8, 16, 32, 64, 128, 180, 180]],
  ['at least as long as it is asked to', 5 * minuteMs, 10 * minuteMs, [10, 10, 10, 10, 16, 32]],
  ['but no longer than a day', 5 * minuteMs, 999 * hourMs, [1440]],
])('waits %s', (_, everyMs, askedMs, minutes) => {
  expect(minutes.map((_wait, n) => backOffMs(everyMs, n + 1, askedMs) / minuteMs)).toEqual(minutes)
})

test('stays a length of time however often it fails', () => {
  expect(backOffMs(minuteMs, 1_000_000, undefined)).toBe(hourMs)
})
