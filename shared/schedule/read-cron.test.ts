import { describe, expect, test } from 'vitest'
import { readCron } from './read-cron.ts'
import { isTimeZone } from './time-zone.ts'

test.each([
  ['0 9 * * 1-5', '0 9 * * 1-5'],
  ['  0   9 * *  MON-FRI ', '0 9 * * MON-FRI'],
  ['*/10 * * * * *', '*/10 * * * * *'],
  ['0 0 L * *', '0 0 L * *'],
  ['0 0 15W * *', '0 0 15W * *'],
  ['0 9 * * FRI#L', '0 9 * * FRI#L'],
  ['0 9 * * 1#2', '0 9 * * 1#2'],
  ['0 9 1 * +MON', '0 9 1 * +MON'],
  ['0 0 29 2 *', '0 0 29 2 *'],
  ['@daily', '0 0 * * *'],
  ['@Hourly', '0 * * * *'],
  ['0 9 * JAN,JUL *', '0 9 * JAN,JUL *'],
])('"%s" is a rule', (text, cron) => {
  expect(readCron(text)).toEqual({ cron })
})

describe('what is no rule is told in plain words', () => {
  test.each([
    ['', 'five parts'],
    ['every day', 'five parts'],
    ['0 9 * *', 'five parts'],
    ['0 0 9 * * * 2027', 'five parts'],
    ['2027-01-01T00:00:00', 'five parts'],
    ['@reboot', 'five parts'],
    ['61 9 * * *', '"61" can’t be read as minutes'],
    ['0 24 * * *', '"24" can’t be read as hours'],
    ['0 9 32 * *', '"32" can’t be read as days of the month'],
    ['0 9 0 * *', '"0" can’t be read as days of the month'],
    ['0 9 * 13 *', '"13" can’t be read as months'],
    ['0 9 * * 8', '"8" can’t be read as days of the week'],
    ['0 9 * * FRI-MON', '"FRI-MON" can’t be read as days of the week'],
    ['0 9 * * MONDAY', '"MONDAY" can’t be read as days of the week'],
    ['60 * * * * *', '"60" can’t be read as seconds'],
    ['5/10 * * * *', '"5/10" can’t be read as minutes'],
    ['*/0 * * * *', '"*/0" can’t be read as minutes'],
    ['0 9 31 2 *', 'never comes'],
    ['0 9 30 FEB *', 'never comes'],
    [`0 9 * * ${'1,'.repeat(200)}1`, 'at most 200'],
  ])('"%s"', (text, words) => {
    expect(readCron(text).problem).toContain(words)
  })
})

test('a time zone is known by the name of a place', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Australia/Lord_Howe'])
    expect(isTimeZone(zone)).toBe(true)
  for (const zone of ['', 'Berlin', 'Europe/Atlantis', '+02:00', 'Europe/Berlin; drop', '../etc'])
    expect(isTimeZone(zone)).toBe(false)
})
