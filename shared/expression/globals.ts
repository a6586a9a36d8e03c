import type { Arguments } from './arguments.ts'
import type { Budget } from './budget.ts'
import { dateFrom } from './dates.ts'
import { stringify } from './stringify.ts'
import { expressionError, isRecord, kindInWords, newRecord, toKey, toNumber, toText, type Value } from './value.ts'

export type GlobalFunction = (args: Arguments) => Value

const oneNumber =
  (calculate: (x: number) => number): GlobalFunction =>
  (args) =>
    calculate(args.number(0))
const manyNumbers =
  (start: number, combine: (a: number, b: number) => number): GlobalFunction =>
  (args) => {
    args.budget.spend(args.count)
    return args.given.reduce<number>((result, _, index) => combine(result, args.number(index)), start)
  }

const mathFunctions = Object.fromEntries(
  (
    [
      'abs',
      'acos',
      'acosh',
      'asin',
      'asinh',
      'atan',
      'atanh',
      'cbrt',
      'ceil',
      'clz32',
      'cos',
      'cosh',
      'exp',
      'expm1',
      'floor',
      'fround',
      'log',
      'log10',
      'log1p',
      'log2',
      'round',
      'sign',
      'sin',
      'sinh',
      'sqrt',
      'tan',
      'tanh',
      'trunc',
    ] as const
  ).map((name) => [`Math.${name}`, oneNumber(Math[name])]),
)

/** JavaScript's own functions that expressions may call, by the name they are written with. */
export const globalFunctions: { [name: string]: GlobalFunction } = {
  ...mathFunctions,
  'Math.atan2': (args) => Math.atan2(args.number(0), args.number(1)),
  'Math.hypot': (args) => {
    if (args.count > 1000) throw expressionError('Math.hypot takes 1000 numbers at the most.')
    return Math.hypot(...args.given.map((_, index) => args.number(index)))
  },
  'Math.imul': (args) => Math.imul(args.number(0), args.number(1)),
  'Math.max': manyNumbers(Number.NEGATIVE_INFINITY, Math.max),
  'Math.min': manyNumbers(Number.POSITIVE_INFINITY, Math.min),
  'Math.pow': (args) => args.number(0) ** args.number(1),

  Number: (args) => (args.count === 0 ? 0 : args.number(0)),
  'Number.isFinite': (args) => Number.isFinite(args.value(0)),
  'Number.isInteger': (args) => Number.isInteger(args.value(0)),
  'Number.isNaN': (args) => Number.isNaN(args.value(0)),
  'Number.isSafeInteger': (args) => Number.isSafeInteger(args.value(0)),
  'Number.parseFloat': (args) => parseFloat(startOf(args)),
  'Number.parseInt': (args) => parseInt(startOf(args), args.optionalNumber(1)),
  isFinite: (args) => Number.isFinite(args.number(0)),
  isNaN: (args) => Number.isNaN(args.number(0)),
  parseFloat: (args) => parseFloat(startOf(args)),
  parseInt: (args) => parseInt(startOf(args), args.optionalNumber(1)),

  String: (args) => (args.count === 0 ? '' : args.text(0)),
  Boolean: (args) => Boolean(args.value(0)),
  encodeURIComponent: (args) => encoded(args, encodeURIComponent),
  encodeURI: (args) => encoded(args, encodeURI),
  decodeURIComponent: (args) => encoded(args, decodeURIComponent),
  decodeURI: (args) => encoded(args, decodeURI),

  'Array.isArray': (args) => Array.isArray(args.value(0)),
  'Array.from': listFrom,
  'Array.of': (args) => args.values(),

  'Object.entries': (args) => ownKeys(args.value(0), args.budget).map((key) => [key, own(args.value(0), key)]),
  'Object.fromEntries': (args) => fromEntries(args),
  'Object.groupBy': (args) =>
    groupBy(
      entriesOf(args.value(0), args.budget),
      (item, index) => toKey(args.callback(1)(item, index), args.budget),
      args.budget,
    ),
  'Object.hasOwn': (args) => hasOwn(args.value(0), toKey(args.value(1), args.budget)),
  'Object.is': (args) => Object.is(args.value(0), args.value(1)),
  'Object.keys': (args) => ownKeys(args.value(0), args.budget),
  'Object.values': (args) => ownKeys(args.value(0), args.budget).map((key) => own(args.value(0), key)),

  'JSON.parse': (args) => parseJson(args),
  'JSON.stringify': (args) => {
    if (args.isCallback(1) || (args.value(1) !== undefined && args.value(1) !== null)) {
      throw expressionError('JSON.stringify can be told only how far to indent, not what to keep. Use pick(…) or a code step.')
    }
    return stringify(args.value(0), args.budget, indentFrom(args.value(2)))
  },

  Date: () => {
    throw expressionError('Use now for this moment, or toDate(…) to read a date.')
  },
  'Date.parse': (args) => dateFrom(args.text(0)).getTime(),
  'Date.UTC': (args) => {
    const [year = Number.NaN, month, ...rest] = args.given.slice(0, 7).map((_, index) => args.number(index))
    return month === undefined ? Date.UTC(year) : Date.UTC(year, month, ...rest)
  },
  'new Date': (args) => {
    if (args.count === 0) throw expressionError('Use now for this moment.')
    return dateFrom(args.value(0))
  },
}

/** Numbers that have a name. */
export const globalConstants: { [name: string]: number } = {
  'Math.E': Math.E,
  'Math.LN10': Math.LN10,
  'Math.LN2': Math.LN2,
  'Math.LOG10E': Math.LOG10E,
  'Math.LOG2E': Math.LOG2E,
  'Math.PI': Math.PI,
  'Math.SQRT1_2': Math.SQRT1_2,
  'Math.SQRT2': Math.SQRT2,
  'Number.EPSILON': Number.EPSILON,
  'Number.MAX_SAFE_INTEGER': Number.MAX_SAFE_INTEGER,
  'Number.MAX_VALUE': Number.MAX_VALUE,
  'Number.MIN_SAFE_INTEGER': Number.MIN_SAFE_INTEGER,
  'Number.MIN_VALUE': Number.MIN_VALUE,
  'Number.NaN': Number.NaN,
  'Number.NEGATIVE_INFINITY': Number.NEGATIVE_INFINITY,
  'Number.POSITIVE_INFINITY': Number.POSITIVE_INFINITY,
}

/** An own property of a value; nothing that a prototype lends. */
export function own(value: Value, key: string): Value {
  if (typeof value === 'string') {
    if (key === 'length') return value.length
    return isIndex(key, value.length) ? value[Number(key)] : undefined
  }
  if (Array.isArray(value)) {
    if (key === 'length') return value.length
    return isIndex(key, value.length) ? value[Number(key)] : undefined
  }
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

export function hasOwn(value: Value, key: string): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return key === 'length' || isIndex(key, value.length)
  return isRecord(value) && Object.hasOwn(value, key)
}

function isIndex(key: string, length: number): boolean {
  return key.length < 16 && /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < length
}

/** The names of a value's own fields, as `Object.keys` gives them. */
export function ownKeys(value: Value, budget: Budget): string[] {
  if (value === undefined || value === null) throw expressionError('There are no fields to list: this is nothing.')
  if (typeof value === 'string' || Array.isArray(value)) {
    budget.spend(value.length)
    return Array.from({ length: value.length }, (_, index) => String(index))
  }
  if (!isRecord(value)) return []
  const keys = Object.keys(value)
  budget.spend(keys.length)
  return keys
}

export function setOwn(record: { [key: string]: Value }, key: string, value: Value, budget: Budget): void {
  budget.build(key.length)
  record[key] = value
}

export function groupBy(list: Value[], keyOf: (item: Value, index: number) => string, budget: Budget): { [key: string]: Value } {
  const groups = newRecord()
  for (const [index, item] of list.entries()) {
    const key = keyOf(item, index)
    const group = groups[key]
    budget.spend(1)
    if (Array.isArray(group)) group.push(item)
    else setOwn(groups, key, [item], budget)
  }
  return groups
}

/** The list a function works on; nothing counts as an empty one, since earlier data may be missing. */
export function listOf(value: Value, args: Arguments): Value[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw expressionError(`${args.name} works on a list.`)
}

function listFrom(args: Arguments): Value[] {
  const source = args.value(0)
  const items = itemsFrom(source, args)
  if (!args.has(1)) return items
  const callback = args.callback(1)
  return items.map((item, index) => {
    args.budget.spend(1)
    return callback(item, index)
  })
}

function itemsFrom(source: Value, args: Arguments): Value[] {
  if (source === undefined || source === null) throw expressionError(`${args.name} needs a list or text, but got nothing.`)
  if (Array.isArray(source) || typeof source === 'string') return entriesOf(source, args.budget)
  const length = isRecord(source) ? Math.max(0, Math.trunc(toNumber(own(source, 'length'), args.budget)) || 0) : 0
  args.budget.spend(length)
  return Array.from({ length }, (_, index) => own(source, String(index)))
}

/** What going through a value gives: the entries of a list, or the characters of a text. */
export function entriesOf(value: Value, budget: Budget): Value[] {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw expressionError(`Here a list is needed, but this is ${kindInWords(value)}.`)
  budget.spend(value.length)
  return Array.from<Value>(value)
}

function fromEntries(args: Arguments): Value {
  const record = newRecord()
  for (const entry of entriesOf(args.value(0), args.budget)) {
    if (typeof entry !== 'object' || entry === null)
      throw expressionError('Object.fromEntries works on a list of [name, value] pairs.')
    setOwn(record, toKey(own(entry, '0'), args.budget), own(entry, '1'), args.budget)
  }
  return record
}

function parseJson(args: Arguments): Value {
  const text = args.text(0)
  args.budget.build(text.length)
  // Every character may be an entry of a list.
  args.budget.spend(text.length / 2)
  try {
    const value: Value = JSON.parse(text)
    return value
  } catch (error) {
    throw expressionError('This text is not JSON.', error)
  }
}

function indentFrom(value: Value): string {
  if (typeof value === 'number') return ' '.repeat(Math.min(10, Math.max(0, Math.trunc(value) || 0)))
  return typeof value === 'string' ? value.slice(0, 10) : ''
}

function encoded(args: Arguments, encode: (text: string) => string): string {
  const text = args.text(0)
  args.budget.build(text.length)
  const result = encode(text)
  args.budget.build(Math.max(0, result.length - text.length))
  return result
}

/** The part of a text that a number can stand in; the rest is not looked at. */
function startOf(args: Arguments): string {
  const text = args.text(0)
  args.budget.read(text.length)
  return text
}

export function textOf(value: Value, args: Arguments): string {
  return value === undefined || value === null ? '' : toText(value, args.budget)
}
