import { describe, expect, test } from 'vitest'
import { nextTick, nextTicks } from './next-tick.ts'

const times = (cron: string | string[], timezone: string, from: string, count: number, more: object = {}) =>
  nextTicks({ rules: [cron].flat().map((one) => ({ cron: one, timezone })), ...more }, Date.parse(from), count).map((tick) =>
    new Date(tick).toISOString().replace('.000Z', 'Z'),
  )

test('the next time is always later than the one before', () => {
  expect(times('0 9 * * *', 'UTC', '2026-11-10T09:00:00Z', 1)).toEqual(['2026-11-11T09:00:00Z'])
  expect(times('0 9 * * *', 'UTC', '2026-11-10T08:59:59.999Z', 1)).toEqual(['2026-11-10T09:00:00Z'])
  expect(times('*/15 * * * * *', 'Asia/Kathmandu', '2026-11-10T09:00:00.001Z', 2)).toEqual([
    '2026-11-10T09:00:15Z',
    '2026-11-10T09:00:30Z',
  ])
})

test('each rule goes by the clock of its own zone, and what two share is one time', () => {
  const rules = [
    { cron: '0 9 * * *', timezone: 'Europe/Berlin' },
    { cron: '0 3 * * *', timezone: 'America/New_York' },
    { cron: '0 8 * * *', timezone: 'UTC' },
  ]
  const ticks = nextTicks({ rules }, Date.parse('2026-07-01T00:00:00Z'), 4).map((tick) => new Date(tick).toISOString())
  // In July it is 9:00 in Berlin when it is 3:00 in New York.
  expect(ticks).toEqual([
    '2026-07-01T07:00:00.000Z',
    '2026-07-01T08:00:00.000Z',
    '2026-07-02T07:00:00.000Z',
    '2026-07-02T08:00:00.000Z',
  ])
})

test('days of the month and of the week both count when both are given, with + only together', () => {
  expect(times('0 0 13 * FRI', 'UTC', '2026-11-01T00:00:00Z', 3)).toEqual([
    '2026-11-06T00:00:00Z',
    '2026-11-13T00:00:00Z',
    '2026-11-20T00:00:00Z',
  ])
  expect(times('0 0 13 * +FRI', 'UTC', '2026-11-01T00:00:00Z', 2)).toEqual(['2026-11-13T00:00:00Z', '2027-08-13T00:00:00Z'])
})

describe('clocks that change', () => {
  test('a time that is left out comes as they do, one that comes twice comes the first time', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ])
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ])
  })

  test('steps go on through an hour that comes twice and skip one that is left out', () => {
    expect(times('*/30 * * * *', 'America/New_York', '2026-11-01T04:45:00Z', 6)).toEqual([
      '2026-11-01T05:00:00Z',
      '2026-11-01T05:30:00Z',
      '2026-11-01T06:00:00Z',
      '2026-11-01T06:30:00Z',
      '2026-11-01T07:00:00Z',
      '2026-11-01T07:30:00Z',
    ])
    expect(times('*/30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', 1)).toEqual(['2026-03-09T06:00:00Z'])
  })

  test('half an hour on Lord Howe, two hours at Troll, the hour before midnight in Greenland, a whole day in Samoa', () => {
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', 1)).toEqual(['2026-10-03T15:30:00Z'])
    expect(times('30 2 * * *', 'Antarctica/Troll', '2026-03-28T12:00:00Z', 1)).toEqual(['2026-03-29T01:00:00Z'])
    expect(times('30 23 * * *', 'America/Nuuk', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00Z',
      '2026-03-30T00:30:00Z',
    ])
    expect(times('0 12 * * *', 'Pacific/Apia', '2011-12-29T23:00:00Z', 2)).toEqual([
      '2011-12-30T10:00:00Z',
      '2011-12-30T22:00:00Z',
    ])
  })
})

describe('a first and a last day', () => {
  test('count by the clock of the rule, the last one whole', () => {
    const more = { startsAt: '2026-11-10', endsAt: '2026-11-11' }
    expect(times('0 0,23 * * *', 'Asia/Tokyo', '2026-01-01T00:00:00Z', 9, more)).toEqual([
      '2026-11-09T15:00:00Z',
      '2026-11-10T14:00:00Z',
      '2026-11-10T15:00:00Z',
      '2026-11-11T14:00:00Z',
    ])
  })

  test('may be instants: the first is part of it, the last is not', () => {
    const more = { startsAt: '2026-11-10T09:00:00Z', endsAt: '2026-11-10T12:00:00+01:00' }
    expect(times('0 * * * *', 'UTC', '2026-01-01T00:00:00Z', 9, more)).toEqual(['2026-11-10T09:00:00Z', '2026-11-10T10:00:00Z'])
    expect(times('*/30 * * * *', 'Europe/Paris', '2026-01-01T00:00:00Z', 1, more)).toEqual(['2026-11-10T09:00:00Z'])
  })

  test('after the last there is none', () => {
    expect(
      nextTick({ rules: [{ cron: '0 * * * *', timezone: 'UTC' }], endsAt: '2026-11-10' }, Date.parse('2026-11-11T00:00:00Z')),
    ).toBe(undefined)
  })
})
