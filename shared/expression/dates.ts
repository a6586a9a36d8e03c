import type { Budget } from './budget.ts'
import { createZoneClock, type ZoneClock } from '../zone-clock.ts'
import { expressionError, type Value } from './value.ts'

const isoDate = /^(?:[+-]\d{6}|\d{4})(?:-\d{2}(?:-\d{2})?)?$/
const isoInstant = /^(?:[+-]\d{6}|\d{4})-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/
const localTime = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?$/
const longest = 40

/**
 * `new Date(value)` where that means the same everywhere: milliseconds, a date, or a time with its zone. Gives an
 * invalid date for other text, and fails for a time that names no zone, which each machine would read differently.
 */
export function dateFrom(value: Value): Date {
  if (value instanceof Date) return new Date(value.getTime())
  if (typeof value === 'number') return new Date(value)
  if (typeof value !== 'string') return new Date(Number.NaN)
  if (value.length > longest) return new Date(Number.NaN)
  if (isoDate.test(value) || isoInstant.test(value)) return new Date(value)
  if (localTime.test(value)) {
    throw expressionError(
      `"${value}" does not say its time zone. Add one, such as "Z" at the end, or use toDate("${value}", "Europe/Berlin").`,
    )
  }
  return new Date(Number.NaN)
}

/** Whether a text is a date, or a time that says its zone, in ISO form. */
export function isInstantText(text: string): boolean {
  return (isoDate.test(text) || isoInstant.test(text)) && !Number.isNaN(Date.parse(text))
}

/** A date from what a step gave: also a local time, read in the given zone (UTC when none is given). */
export function readDate(value: Value, zone: string | undefined, budget: Budget): Date {
  budget.spend(10)
  const text = typeof value === 'string' ? value.trim() : undefined
  const local =
    text !== undefined && text.length <= longest && !(isoDate.test(text) && zone === undefined) ? localTime.exec(text) : null
  if (!local) {
    const date = dateFrom(text ?? value)
    if (Number.isNaN(date.getTime())) {
      throw expressionError(
        'This is not a date that can be read. Dates look like "2026-03-31" or "2026-03-31T14:00:00Z", or are milliseconds since 1970.',
      )
    }
    return date
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0'] = local
  const asUtc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, '0')),
  )
  return new Date(zone === undefined ? asUtc : instantOfLocal(asUtc, zone, budget))
}

/** The instant at which clocks in the zone show what a UTC clock shows at `asUtc`. */
export function instantOfLocal(asUtc: number, zone: string, budget: Budget): number {
  // The offset is asked for twice: the first answer may be from the other side of a change of the clocks.
  const first = asUtc - offsetMs(asUtc, zone, budget)
  return asUtc - offsetMs(first, zone, budget)
}

export interface LocalTime {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  millisecond: number
  /** 0 is Sunday. */
  weekday: number
}

export function localTimeOf(date: Date, zone: string | undefined, budget: Budget): LocalTime {
  const ms = date.getTime()
  if (Number.isNaN(ms)) throw expressionError('This is not a date that can be read.')
  const local = new Date(zone === undefined ? ms : ms + offsetMs(ms, zone, budget))
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
    weekday: local.getUTCDay(),
  }
}

function offsetMs(instant: number, zone: string, budget: Budget): number {
  budget.spend(50)
  return clockOf(zone, budget)(instant) - Math.floor(instant / 1000) * 1000
}

// Names come from people's data, so they are not kept without end, nor beside those of schedules.
const clocks = new Map<string, ZoneClock>()
const mostClocks = 100

function clockOf(zone: string, budget: Budget): ZoneClock {
  const known = clocks.get(zone)
  if (known) return known
  budget.spend(2000)
  const clock = findClock(zone)
  if (!clock)
    throw expressionError(`There is no time zone called "${zone.slice(0, 60)}". Names look like "Europe/Berlin" or "UTC".`)
  if (clocks.size >= mostClocks) clocks.clear()
  clocks.set(zone, clock)
  return clock
}

function findClock(zone: string): ZoneClock | undefined {
  if (zone.length > 60) return undefined
  try {
    return createZoneClock(zone)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const fields = /yyyy|yy|MMMM|MMM|MM|M|dd|d|EEEE|EEE|HH|H|hh|h|mm|m|ss|s|SSS|a|'[^']*'/g

const two = (value: number) => String(value).padStart(2, '0')

/** Writes a date by a pattern: `yyyy-MM-dd HH:mm`, names of months and days in English, literal text in '…'. */
export function writeDate(time: LocalTime, pattern: string): string {
  const twelve = time.hour % 12 === 0 ? 12 : time.hour % 12
  const month = months[time.month - 1] ?? ''
  const weekday = weekdays[time.weekday] ?? ''
  const written: { [field: string]: string } = {
    yyyy: String(time.year).padStart(4, '0'),
    yy: two(time.year % 100),
    MMMM: month,
    MMM: month.slice(0, 3),
    MM: two(time.month),
    M: String(time.month),
    dd: two(time.day),
    d: String(time.day),
    EEEE: weekday,
    EEE: weekday.slice(0, 3),
    HH: two(time.hour),
    H: String(time.hour),
    hh: two(twelve),
    h: String(twelve),
    mm: two(time.minute),
    m: String(time.minute),
    ss: two(time.second),
    s: String(time.second),
    SSS: String(time.millisecond).padStart(3, '0'),
    a: time.hour < 12 ? 'AM' : 'PM',
  }
  return pattern.replaceAll(fields, (field) => (field.startsWith("'") ? field.slice(1, -1) || "'" : (written[field] ?? field)))
}
