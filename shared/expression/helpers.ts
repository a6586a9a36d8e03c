import type { Arguments } from './arguments.ts'
import { instantOfLocal, localTimeOf, readDate, writeDate } from './dates.ts'
import { type GlobalFunction, groupBy, hasOwn, listOf, own, ownKeys, setOwn, textOf } from './globals.ts'
import { compareKeys } from './list-methods.ts'
import { expressionError, isLess, isRecord, joinList, newRecord, toKey, toNumber, type Value } from './value.ts'
import { rewritten } from './text-methods.ts'

/** A helper as the interface explains it: what it is for, and an example that is true. */
export interface Helper {
  name: string
  group: 'text' | 'numbers' | 'dates' | 'lists' | 'fields'
  /** How it is written, with words for what goes where; `?` marks what may be left out. */
  usage: string
  description: string
  example: { source: string; gives: string }
  run: GlobalFunction
}

/** Functions for people who don't code, beside JavaScript's own. All of them take missing data calmly. */
export const helpers: readonly Helper[] = [
  {
    name: 'toText',
    group: 'text',
    usage: 'toText(value)',
    description: 'Any value as text; nothing becomes empty text.',
    example: { source: 'toText(12.5)', gives: '"12.5"' },
    run: (args) => textOf(args.value(0), args),
  },
  {
    name: 'split',
    group: 'text',
    usage: 'split(text, separator?)',
    description:
      'Cuts text into a list, trims each part and leaves out empty ones. The separator is a comma unless you say otherwise.',
    example: { source: 'split("red, green,, blue")', gives: '["red","green","blue"]' },
    run: (args) => {
      const text = textOf(args.value(0), args)
      const separator = args.optionalText(1) ?? ','
      args.budget.search(text.length, separator.length)
      args.budget.build(text.length)
      const parts = text.split(separator)
      args.budget.spend(parts.length)
      return parts.map((part) => part.trim()).filter((part) => part !== '')
    },
  },
  {
    name: 'join',
    group: 'text',
    usage: 'join(list, separator?)',
    description: 'Puts the entries of a list behind each other, with a comma and a space between them unless you say otherwise.',
    example: { source: 'join(["red", "green"])', gives: '"red, green"' },
    run: (args) => joinList(listOf(args.value(0), args), args.optionalText(1) ?? ', ', args.budget),
  },
  {
    name: 'capitalize',
    group: 'text',
    usage: 'capitalize(text)',
    description: 'Makes the first letter a capital one.',
    example: { source: 'capitalize("order received")', gives: '"Order received"' },
    run: (args) => rewritten(textOf(args.value(0), args), args.budget, (text) => text.slice(0, 1).toUpperCase() + text.slice(1)),
  },
  {
    name: 'truncate',
    group: 'text',
    usage: 'truncate(text, length)',
    description: 'Cuts text that is longer than a number of characters, and puts … at its end.',
    example: { source: 'truncate("A long story", 7)', gives: '"A long…"' },
    run: (args) => {
      const text = textOf(args.value(0), args)
      const length = Math.max(0, Math.trunc(args.number(1)) || 0)
      if (text.length <= length) return text
      args.budget.build(length)
      return length === 0 ? '' : `${text.slice(0, length - 1).trimEnd()}…`
    },
  },
  {
    name: 'isEmpty',
    group: 'text',
    usage: 'isEmpty(value)',
    description: 'Whether there is nothing: no value, empty text, an empty list or no fields.',
    example: { source: 'isEmpty("  ")', gives: 'true' },
    run: (args) => isEmpty(args.value(0), args),
  },
  {
    name: 'ifEmpty',
    group: 'text',
    usage: 'ifEmpty(value, instead)',
    description: 'The value, or something else when it is empty.',
    example: { source: 'ifEmpty("", "unknown")', gives: '"unknown"' },
    run: (args) => (isEmpty(args.value(0), args) ? args.value(1) : args.value(0)),
  },
  {
    name: 'toNumber',
    group: 'numbers',
    usage: 'toNumber(text, decimalMark?)',
    description:
      'Reads a number from text, with or without thousands marks and currency signs. Say "," when the decimals follow a comma.',
    example: { source: 'toNumber("€ 1,250.50")', gives: '1250.5' },
    run: readNumber,
  },
  {
    name: 'formatNumber',
    group: 'numbers',
    usage: 'formatNumber(number, decimals?, thousandsMark?, decimalMark?)',
    description: 'Writes a number for people to read.',
    example: { source: 'formatNumber(1250.5, 2)', gives: '"1,250.50"' },
    run: formatNumber,
  },
  {
    name: 'round',
    group: 'numbers',
    usage: 'round(number, decimals?)',
    description: 'Rounds to a number of decimals, none unless you say otherwise.',
    example: { source: 'round(12.3456, 2)', gives: '12.35' },
    run: (args) => roundTo(args.number(0), args.optionalNumber(1) ?? 0),
  },
  {
    name: 'toDate',
    group: 'dates',
    usage: 'toDate(value, timeZone?)',
    description: 'Reads a date from text or milliseconds. A time without a zone is taken to be in the zone you name, or in UTC.',
    example: { source: 'toDate("2026-03-31 14:00", "Europe/Berlin")', gives: '"2026-03-31T12:00:00.000Z"' },
    run: (args) => readDate(args.value(0), args.optionalText(1), args.budget),
  },
  {
    name: 'formatDate',
    group: 'dates',
    usage: 'formatDate(date, pattern?, timeZone?)',
    description: 'Writes a date by a pattern such as yyyy-MM-dd HH:mm, EEE d MMM yyyy or h:mm a, in UTC or the zone you name.',
    example: {
      source: 'formatDate("2026-03-31T14:05:00Z", "EEE d MMM yyyy, HH:mm", "Europe/Berlin")',
      gives: '"Tue 31 Mar 2026, 16:05"',
    },
    run: (args) => {
      const pattern = args.optionalText(1) ?? 'yyyy-MM-dd'
      args.budget.build(pattern.length * 5)
      const date = readDate(args.value(0), undefined, args.budget)
      return writeDate(localTimeOf(date, args.optionalText(2), args.budget), pattern)
    },
  },
  {
    name: 'addTime',
    group: 'dates',
    usage: 'addTime(date, amount, unit, timeZone?)',
    description:
      'A date some time later, or earlier with a negative amount. Units: milliseconds, seconds, minutes, hours, days, weeks, months, years.',
    example: { source: 'addTime("2026-01-31", 1, "months")', gives: '"2026-02-28T00:00:00.000Z"' },
    run: addTime,
  },
  {
    name: 'timeBetween',
    group: 'dates',
    usage: 'timeBetween(from, to, unit)',
    description:
      'How much time lies between two dates, with decimals. Units: milliseconds, seconds, minutes, hours, days, weeks.',
    example: { source: 'timeBetween("2026-03-01", "2026-03-31", "days")', gives: '30' },
    run: (args) => {
      const from = readDate(args.value(0), undefined, args.budget).getTime()
      const to = readDate(args.value(1), undefined, args.budget).getTime()
      return (to - from) / fixedUnit(args.text(2))
    },
  },
  {
    name: 'first',
    group: 'lists',
    usage: 'first(list)',
    description: 'The first entry of a list.',
    example: { source: 'first([3, 1, 2])', gives: '3' },
    run: (args) => listOf(args.value(0), args)[0],
  },
  {
    name: 'last',
    group: 'lists',
    usage: 'last(list)',
    description: 'The last entry of a list.',
    example: { source: 'last([3, 1, 2])', gives: '2' },
    run: (args) => listOf(args.value(0), args).at(-1),
  },
  {
    name: 'count',
    group: 'lists',
    usage: 'count(list)',
    description: 'How many entries a list has; 0 when there is no list.',
    example: { source: 'count(["a", "b"])', gives: '2' },
    run: (args) => listOf(args.value(0), args).length,
  },
  {
    name: 'unique',
    group: 'lists',
    usage: 'unique(list, by?)',
    description: 'Leaves out entries that came before. By a field name, or a function, when entries have fields.',
    example: { source: 'unique([1, 2, 1, 3])', gives: '[1,2,3]' },
    run: unique,
  },
  {
    name: 'sortBy',
    group: 'lists',
    usage: 'sortBy(list, by?, "descending"?)',
    description:
      'A list in order of a field or of what a function gives. Numbers go by size, text by letters; what is missing comes last.',
    example: { source: 'sortBy([{ n: 2 }, { n: 1 }], "n")', gives: '[{"n":1},{"n":2}]' },
    run: sortBy,
  },
  {
    name: 'groupBy',
    group: 'lists',
    usage: 'groupBy(list, by)',
    description: 'Entries put together under what a field or a function gives.',
    example: {
      source: 'groupBy([{ c: "x", n: 1 }, { c: "y", n: 2 }, { c: "x", n: 3 }], "c")',
      gives: '{"x":[{"c":"x","n":1},{"c":"x","n":3}],"y":[{"c":"y","n":2}]}',
    },
    run: (args) => {
      const by = chooser(args, 1)
      return groupBy(listOf(args.value(0), args), (item, index) => toKey(by(item, index), args.budget), args.budget)
    },
  },
  {
    name: 'sumBy',
    group: 'lists',
    usage: 'sumBy(list, by?)',
    description: 'Adds up a field, or what a function gives, or the entries themselves. What is missing counts as 0.',
    example: { source: 'sumBy([{ price: 2 }, { price: 3.5 }], "price")', gives: '5.5' },
    run: (args) => total(args).sum,
  },
  {
    name: 'averageBy',
    group: 'lists',
    usage: 'averageBy(list, by?)',
    description: 'The average of a field, of what a function gives, or of the entries themselves. Nothing for an empty list.',
    example: { source: 'averageBy([2, 3, 4])', gives: '3' },
    run: (args) => {
      const { sum, count } = total(args)
      return count === 0 ? undefined : sum / count
    },
  },
  {
    name: 'range',
    group: 'lists',
    usage: 'range(count, start?)',
    description: 'A list of whole numbers, from 0 unless you say otherwise.',
    example: { source: 'range(3, 1)', gives: '[1,2,3]' },
    run: (args) => {
      const length = Math.max(0, Math.trunc(args.number(0)) || 0)
      const start = args.optionalNumber(1) ?? 0
      args.budget.spend(length)
      return Array.from({ length }, (_, index) => start + index)
    },
  },
  {
    name: 'chunk',
    group: 'lists',
    usage: 'chunk(list, size)',
    description: 'Cuts a list into lists of a size; the last may be shorter.',
    example: { source: 'chunk([1, 2, 3], 2)', gives: '[[1,2],[3]]' },
    run: (args) => {
      const list = listOf(args.value(0), args)
      const size = Math.max(1, Math.trunc(args.number(1)) || 1)
      args.budget.spend(list.length)
      return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size))
    },
  },
  {
    name: 'pick',
    group: 'fields',
    usage: 'pick(value, name, …)',
    description: 'Only the named fields.',
    example: { source: 'pick({ a: 1, b: 2, c: 3 }, "a", "c")', gives: '{"a":1,"c":3}' },
    run: (args) => keepFields(args, (names, key) => names.has(key)),
  },
  {
    name: 'omit',
    group: 'fields',
    usage: 'omit(value, name, …)',
    description: 'All but the named fields.',
    example: { source: 'omit({ a: 1, b: 2 }, "b")', gives: '{"a":1}' },
    run: (args) => keepFields(args, (names, key) => !names.has(key)),
  },
  {
    name: 'getField',
    group: 'fields',
    usage: 'getField(value, path, instead?)',
    description: 'A field by a path such as "address.city" or "lines.0.price", or something else when it is not there.',
    example: { source: 'getField({ address: { city: "Ulm" } }, "address.city")', gives: '"Ulm"' },
    run: (args) => {
      const path = args.text(1)
      args.budget.read(path.length)
      const keys = path.split('.')
      args.budget.spend(keys.length)
      return keys.reduce<Value>((value, key) => own(value, key), args.value(0)) ?? args.value(2)
    },
  },
  {
    name: 'hasField',
    group: 'fields',
    usage: 'hasField(value, name)',
    description: 'Whether there is a field of that name, even an empty one.',
    example: { source: 'hasField({ a: null }, "a")', gives: 'true' },
    run: (args) => hasOwn(args.value(0), toKey(args.value(1), args.budget)),
  },
]

export const helperFunctions: { [name: string]: GlobalFunction } = Object.fromEntries(helpers.map(({ name, run }) => [name, run]))

function isEmpty(value: Value, args: Arguments): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') {
    args.budget.read(value.length)
    return value.trim() === ''
  }
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && ownKeys(value, args.budget).length === 0
}

/** A field's name, a function, or nothing for the entry itself. */
function chooser(args: Arguments, index: number): (item: Value, index: number) => Value {
  if (args.isCallback(index)) return args.callback(index)
  if (!args.has(index)) return (item) => item
  const key = toKey(args.value(index), args.budget)
  return (item) => {
    args.budget.spend(1)
    return own(item, key)
  }
}

function total(args: Arguments): { sum: number; count: number } {
  const list = listOf(args.value(0), args)
  const by = chooser(args, 1)
  let sum = 0
  for (const [index, item] of list.entries()) {
    args.budget.spend(1)
    const value = by(item, index)
    if (value === undefined || value === null || value === '') continue
    const number = toNumber(value, args.budget)
    if (Number.isNaN(number))
      throw expressionError(`${args.name} adds up numbers, but entry ${index + 1} is not a number. Use toNumber(…) to read it.`)
    sum += number
  }
  return { sum, count: list.length }
}

function unique(args: Arguments): Value {
  const list = listOf(args.value(0), args)
  const by = chooser(args, 1)
  const seen = new Set<Value>()
  return list.filter((item, index) => {
    const key = by(item, index)
    args.budget.spend(4 + (typeof key === 'string' ? key.length / 64 : 0))
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const isMissing = (key: Value) => key === undefined || key === null

function sortBy(args: Arguments): Value {
  const list = listOf(args.value(0), args)
  const by = chooser(args, 1)
  const direction = args.optionalText(2)?.startsWith('desc') ? -1 : 1
  args.budget.spend(list.length * 2)
  const keyed = list.map((item, index) => ({ item, key: by(item, index) }))
  return keyed
    .toSorted((a, b) => {
      if (isMissing(a.key) || isMissing(b.key)) return Number(isMissing(a.key)) - Number(isMissing(b.key))
      if (typeof a.key === 'string' && typeof b.key === 'string') return direction * compareKeys(a.key, b.key, args.budget)
      args.budget.spend(1)
      return direction * (Number(isLess(b.key, a.key, false, args.budget)) - Number(isLess(a.key, b.key, false, args.budget)))
    })
    .map(({ item }) => item)
}

function keepFields(args: Arguments, isKept: (names: Set<string>, key: string) => boolean): Value {
  const source = args.value(0)
  const names = new Set(
    args
      .values(1)
      .flatMap((name) => (Array.isArray(name) ? name : [name]))
      .map((name) => toKey(name, args.budget)),
  )
  const kept = newRecord()
  for (const key of isRecord(source) ? ownKeys(source, args.budget) : []) {
    if (isKept(names, key)) setOwn(kept, key, own(source, key), args.budget)
  }
  return kept
}

const longestNumber = 400
// What stands before and after the digits (signs of currencies, units) doesn't matter; between them only marks do.
const numberInText = /^(?<before>[^\d.,]*)(?<digits>[\d.,][\d.,\s'’]*)(?<after>[^\d]*)$/u

function readNumber(args: Arguments): Value {
  const value = args.value(0)
  if (typeof value === 'number') return value
  if (typeof value === 'boolean' || value instanceof Date) return Number(value)
  const text = textOf(value, args).trim()
  if (text === '') return undefined
  if (text.length > longestNumber) throw expressionError('toNumber found more text than a number can have.')
  const decimalMark = args.optionalText(1) ?? '.'
  if (decimalMark === '.' && Number.isFinite(Number(text))) return Number(text)
  const { before = '', digits = '' } = numberInText.exec(text)?.groups ?? {}
  const plain = Array.from(digits)
    .filter((mark) => mark === decimalMark || (mark >= '0' && mark <= '9'))
    .join('')
  const number = Number(plain.replace(decimalMark, '.'))
  if (plain === '' || Number.isNaN(number)) throw expressionError('toNumber found no number in this text.')
  return before.includes('-') || before.includes('−') ? -number : number
}

function formatNumber(args: Arguments): Value {
  const number = args.number(0)
  const decimals = args.optionalNumber(1)
  const thousandsMark = args.optionalText(2) ?? ','
  const decimalMark = args.optionalText(3) ?? '.'
  if (!Number.isFinite(number)) throw expressionError('formatNumber works on a number.')
  const plain =
    decimals === undefined ? String(Math.abs(number)) : Math.abs(roundTo(number, decimals)).toFixed(decimalsIn(decimals))
  if (plain.includes('e')) return (number < 0 ? '-' : '') + plain
  const [whole = '', fraction] = plain.split('.')
  args.budget.build(whole.length * (1 + thousandsMark.length) + decimalMark.length + (fraction?.length ?? 0))
  const grouped = Array.from({ length: Math.ceil(whole.length / 3) }, (_, index) => {
    const end = whole.length - 3 * index
    return whole.slice(Math.max(0, end - 3), end)
  })
  const sign = number < 0 && /[1-9]/.test(plain) ? '-' : ''
  return sign + grouped.toReversed().join(thousandsMark) + (fraction === undefined ? '' : decimalMark + fraction)
}

function decimalsIn(decimals: number): number {
  const whole = Math.trunc(decimals) || 0
  if (whole < 0 || whole > 20) throw expressionError('The number of decimals is 0 to 20.')
  return whole
}

/** Rounds half away from zero as people write it: 1.005 to two decimals is 1.01 though its binary form lies below. */
function roundTo(number: number, decimals: number): number {
  const places = decimalsIn(decimals)
  const text = String(Math.abs(number))
  if (!Number.isFinite(number) || text.includes('e')) return number
  const rounded = Number(`${Math.round(Number(`${text}e${places}`))}e-${places}`)
  return number < 0 ? -rounded : rounded
}

const fixedUnits: { [unit: string]: number } = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}
const monthsIn: { [unit: string]: number } = { month: 1, year: 12 }

function unitName(unit: string): string {
  return unit.endsWith('s') ? unit.slice(0, -1) : unit
}

function fixedUnit(unit: string): number {
  const name = unitName(unit)
  const ms = Object.hasOwn(fixedUnits, name) ? fixedUnits[name] : undefined
  if (ms === undefined) throw expressionError('The unit is one of milliseconds, seconds, minutes, hours, days, weeks.')
  return ms
}

function addTime(args: Arguments): Value {
  const date = readDate(args.value(0), undefined, args.budget)
  const amount = args.number(1)
  const unit = unitName(args.text(2))
  const zone = args.optionalText(3)
  const months = Object.hasOwn(monthsIn, unit) ? monthsIn[unit] : undefined
  const isCalendarUnit = months !== undefined || unit === 'day' || unit === 'week'
  if (!isCalendarUnit) return new Date(date.getTime() + amount * fixedUnit(unit))
  // Days, months and years are the calendar's: tomorrow is the same time on the clock, also when clocks change.
  const local = localTimeOf(date, zone, args.budget)
  const month = local.month - 1 + (months ?? 0) * Math.trunc(amount)
  const lastDay = new Date(Date.UTC(local.year, month + 1, 0)).getUTCDate()
  const day =
    Math.min(local.day, months === undefined ? local.day : lastDay) +
    (months === undefined ? (amount * fixedUnit(unit)) / fixedUnit('day') : 0)
  const wholeDays = Math.trunc(day)
  const asUtc =
    Date.UTC(local.year, month, wholeDays, local.hour, local.minute, local.second, local.millisecond) +
    (day - wholeDays) * fixedUnit('day')
  return new Date(zone === undefined ? asUtc : instantOfLocal(asUtc, zone, args.budget))
}
