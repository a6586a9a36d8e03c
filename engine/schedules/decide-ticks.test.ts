import { expect, test } from 'vitest'
import { Schedule } from '#shared/schedule/schedule.ts'
import { decideTicks } from './decide-ticks.ts'
import { dueAtOf } from './due-at.ts'

const at = (text: string) => Date.parse(`2026-11-${text}Z`)
const hourly = { rules: [{ cron: '0 * * * *', timezone: 'UTC' }] }

/** What is started, as times of day, and the next time. */
function decide(more: object, next: string, now: string) {
  const schedule = Schedule.parse({ ...hourly, ...more })
  const dueAt = (tick: number) => dueAtOf(schedule, 'seed', tick)
  const decision = decideTicks(schedule, { next: at(next), now: at(now), dueAt })
  const words = (tick: number) => new Date(tick).toISOString().slice(8, 19)
  return { start: decision.start.map(words), next: decision.next === undefined ? undefined : words(decision.next) }
}

test.each(['skip', 'one', 'all'])(
  'a time that has just come starts its run, whatever is done with missed ones (%s)',
  (missed) => {
    expect(decide({ missed }, '10T09:00:00', '10T09:00:00.000')).toEqual({ start: ['10T09:00:00'], next: '10T10:00:00' })
    expect(decide({ missed }, '10T09:00:00', '10T09:00:02.500')).toEqual({ start: ['10T09:00:00'], next: '10T10:00:00' })
  },
)

test.each(['skip', 'one', 'all'])('nothing starts early (%s)', (missed) => {
  expect(decide({ missed }, '10T09:00:00', '10T08:59:59.999')).toEqual({ start: [], next: '10T09:00:00' })
})

test('missed times are left out, summed up in the latest, or each made up for, in order', () => {
  expect(decide({ missed: 'skip' }, '10T05:00:00', '10T09:30:00')).toEqual({ start: [], next: '10T10:00:00' })
  expect(decide({ missed: 'one' }, '10T05:00:00', '10T09:30:00')).toEqual({ start: ['10T09:00:00'], next: '10T10:00:00' })
  expect(decide({ missed: 'all' }, '10T07:00:00', '10T09:30:00')).toEqual({
    start: ['10T07:00:00', '10T08:00:00', '10T09:00:00'],
    next: '10T10:00:00',
  })
})

test('a server that was away for less than a minute has missed nothing', () => {
  expect(decide({ missed: 'skip' }, '10T09:00:00', '10T09:01:00')).toEqual({ start: ['10T09:00:00'], next: '10T10:00:00' })
  expect(decide({ missed: 'skip' }, '10T09:00:00', '10T09:01:00.001')).toEqual({ start: [], next: '10T10:00:00' })
  // Of the hours missed before, only the one that has just come is started.
  expect(decide({ missed: 'skip' }, '10T03:00:00', '10T09:00:30')).toEqual({ start: ['10T09:00:00'], next: '10T10:00:00' })
})

test('a month of every second is not gone through to find the latest time', () => {
  const everySecond = { rules: [{ cron: '* * * * * *', timezone: 'Europe/Berlin' }] }
  expect(decide({ ...everySecond, missed: 'one' }, '01T00:00:00', '29T09:00:00.5')).toEqual({
    start: ['29T09:00:00'],
    next: '29T09:00:01',
  })
})

test('each missed time is made up for a hundred at a time, and no further back than a week', () => {
  const minutely = { rules: [{ cron: '* * * * *', timezone: 'UTC' }], missed: 'all' }
  const first = decide(minutely, '01T00:00:00', '20T00:00:30')
  expect(first.start).toHaveLength(100)
  expect(first.start[0]).toBe('13T00:01:00')
  expect(first.next).toBe('13T01:41:00')
})

test('a last time is the last', () => {
  expect(decide({ endsAt: '2026-11-10T09:30:00Z' }, '10T09:00:00', '10T09:00:01')).toEqual({
    start: ['10T09:00:00'],
    next: undefined,
  })
})

test('a spread start is later than its time, before the next one, and the same whoever works it out', () => {
  const schedule = Schedule.parse({ ...hourly, jitter: '3h' })
  const delays = Array.from({ length: 40 }, (_, hour) => {
    const tick = at('10T00:00:00') + hour * 3_600_000
    const due = dueAtOf(schedule, 'seed', tick)
    expect(dueAtOf(schedule, 'seed', tick)).toBe(due)
    return due - tick
  })
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...delays)).toBeLessThan(3_600_000)
  expect(new Set(delays).size).toBeGreaterThan(30)
  expect(dueAtOf(schedule, 'another', at('10T00:00:00'))).not.toBe(dueAtOf(schedule, 'seed', at('10T00:00:00')))
})

test('a time whose spread start is still to come is kept for it, and the one before is not forgotten for that', () => {
  const schedule = { ...hourly, jitter: '59m' }
  const due = dueAtOf(Schedule.parse(schedule), 'seed', at('10T09:00:00'))
  const before = new Date(due - 1).toISOString().slice(8, -1)
  const then = new Date(due).toISOString().slice(8, -1)
  expect(decide(schedule, '10T09:00:00', before)).toEqual({ start: [], next: '10T09:00:00' })
  expect(decide(schedule, '10T09:00:00', then)).toEqual({ start: ['10T09:00:00'], next: '10T10:00:00' })
  expect(decide({ ...schedule, missed: 'one' }, '10T05:00:00', before)).toEqual({ start: ['10T08:00:00'], next: '10T09:00:00' })
})
