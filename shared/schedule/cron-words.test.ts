import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cronOf, cronWords, evenHours, evenSteps, type Repetition, repetitionOf, weekdays } from './cron-words.ts'
import { readCron } from './read-cron.ts'

test.each([
  ['* * * * * *', 'Every second'],
  ['*/10 * * * * *', 'Every 10 seconds'],
  ['* * * * *', 'Every minute'],
  ['*/15 * * * *', 'Every 15 minutes'],
  ['0 * * * *', 'Every hour'],
  ['@hourly', 'Every hour'],
  ['20 */6 * * *', 'Every 6 hours, 20 past'],
  ['0 9 * * *', 'Every day at 9:00'],
  ['0 5 17 * * *', 'Every day at 17:05'],
  ['0 9 * * 1-5', 'Every weekday at 9:00'],
  ['0 9 * * MON-FRI', 'Every weekday at 9:00'],
  ['30 8 * * SUN,TUE', 'Every Tuesday and Sunday at 8:30'],
  ['30 8 * * 7', 'Every Sunday at 8:30'],
  ['0 0 1 * *', 'On the 1st of every month at 0:00'],
  ['0 0 22 * *', 'On the 22nd of every month at 0:00'],
  ['0 0 13 * *', 'On the 13th of every month at 0:00'],
  ['0 18 L * *', 'On the last day of every month at 18:00'],
  // What no words are ready for is told as it stands, never by words that mean something else.
  ['*/7 * * * *', 'By the rule */7 * * * *'],
  ['0 9 1 * MON', 'By the rule 0 9 1 * MON'],
  ['0 9 * 6 *', 'By the rule 0 9 * 6 *'],
  ['0 9,17 * * *', 'By the rule 0 9,17 * * *'],
  ['30 0 9 * * *', 'By the rule 30 0 9 * * *'],
  ['0 9 * * 1#1', 'By the rule 0 9 * * 1#1'],
  ['nonsense', 'By the rule nonsense'],
  ['', 'At no time yet'],
])('"%s" reads: %s', (cron, words) => {
  expect(cronWords(cron)).toBe(words)
})

const at = fc.tuple(fc.nat(23), fc.nat(59)).map(([hour, minute]) => `${hour}:${String(minute).padStart(2, '0')}`)
const repetition: fc.Arbitrary<Repetition> = fc.oneof(
  fc.record({ every: fc.constantFrom('seconds' as const, 'minutes' as const), count: fc.constantFrom(...evenSteps) }),
  fc.record({ every: fc.constant('hours' as const), count: fc.constantFrom(...evenHours), minute: fc.nat(59) }),
  fc.record({ every: fc.constantFrom('day' as const, 'weekday' as const), at }),
  fc.record({
    every: fc.constant('week' as const),
    days: fc.subarray(weekdays, { minLength: 1 }),
    at,
  }),
  fc.record({
    every: fc.constant('month' as const),
    day: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constant('last' as const)),
    at,
  }),
)

test('what is chosen in words is a rule that reads as the same words', () => {
  fc.assert(
    fc.property(repetition, (chosen) => {
      const cron = cronOf(chosen)
      expect(readCron(cron).problem).toBeUndefined()
      expect(repetitionOf(cron)).toEqual(chosen)
    }),
  )
})

test('what is told in words can be read as a rule, whatever was written', () => {
  const number = fc.nat(99).map(String)
  const field = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('*', '0', '00', '9', '59', '60', '24', '31', '32', 'L', '7', '8', '1-5', 'mon,SUN') },
    number,
    number.map((step) => `*/${step}`),
    fc
      .array(fc.constantFrom('0', '1', '7', '8', 'MON', 'sat', 'DAY'), { minLength: 1, maxLength: 3 })
      .map((days) => days.join(',')),
  )
  const written = fc.oneof(
    fc.array(field, { minLength: 5, maxLength: 6 }).map((fields) => fields.join(' ')),
    fc.string(),
  )
  fc.assert(
    fc.property(written, (text) => {
      if (repetitionOf(text).every !== 'custom') expect(readCron(text).problem).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})
