import { AppError } from '../errors.ts'
import { type Budget, maxValueDepth } from './budget.ts'

/** What expressions work with: plain data, and instants. Functions are not among them. */
export type Value = undefined | null | boolean | number | string | Date | Value[] | Record

/** A plain object. Only its own properties are ever read. */
export interface Record {
  [key: string]: Value
}

type Primitive = undefined | null | boolean | number | string

/** A function as a method gets it; made from an arrow for one call and never kept. */
export type Callback = (...args: Value[]) => Value

export function isRecord(value: unknown): value is Record {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** An object without a prototype: a key such as `__proto__` is a key like any other in it. */
export function newRecord(): Record {
  const record: Record = Object.create(null)
  return record
}

/** The failure of an expression while it runs. */
export function expressionError(message: string, cause?: unknown): AppError {
  return new AppError('expression_error', message, cause === undefined ? {} : { cause })
}

/** What a value is called when we talk about it. */
export function kindInWords(value: Value): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'a number'
  if (typeof value === 'boolean') return 'true or false'
  if (Array.isArray(value)) return 'a list'
  return value instanceof Date ? 'a date' : 'a group of fields'
}

/** JavaScript's conversion to text, except that a date is written in ISO form instead of the machine's own way. */
export function toText(value: Value, budget: Budget, depth = 0): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return joinList(value, ',', budget, depth)
  if (value instanceof Date) return textFromDate(value)
  if (typeof value === 'object' && value !== null) return '[object Object]'
  return String(value)
}

export function textFromDate(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString()
}

/** `Array.prototype.join`, paid for as it grows: lists may hold the same list many times over. */
export function joinList(list: readonly Value[], separator: string, budget: Budget, depth = 0): string {
  checkDepth(depth)
  let text = ''
  for (const [index, item] of list.entries()) {
    const part = item === undefined || item === null ? '' : toText(item, budget, depth + 1)
    budget.build(part.length + (index === 0 ? 0 : separator.length))
    text += index === 0 ? part : separator + part
  }
  return text
}

export function checkDepth(depth: number): void {
  if (depth > maxValueDepth)
    throw expressionError(`This is nested more than ${maxValueDepth} levels deep. Build it in a code step instead.`)
}

export function toPrimitive(value: Value, budget: Budget, hint: 'number' | 'default' = 'default'): Primitive {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date && hint === 'number') return value.getTime()
  return toText(value, budget)
}

export function toNumber(value: Value, budget: Budget): number {
  const primitive = toPrimitive(value, budget, 'number')
  if (typeof primitive === 'string') budget.read(primitive.length)
  return Number(primitive)
}

export function toKey(value: Value, budget: Budget): string {
  const key = toText(value, budget)
  budget.read(key.length)
  return key
}

/** `===`, paid for: two long texts are compared character by character. */
export function strictEquals(a: Value, b: Value, budget: Budget): boolean {
  if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) budget.read(a.length / 4)
  return a === b
}

export function looseEquals(a: Value, b: Value, budget: Budget): boolean {
  const aIsObject = typeof a === 'object' && a !== null
  const bIsObject = typeof b === 'object' && b !== null
  if (aIsObject === bIsObject) {
    if (aIsObject) return a === b
    if (typeof a === 'string' || typeof b === 'string') payForComparing(a, b, budget)
    // oxlint-disable-next-line eqeqeq -- the two are primitives: this is JavaScript's own rule for them
    return a == b
  }
  if (a === null || a === undefined || b === null || b === undefined) return false
  return looseEquals(toPrimitive(a, budget), toPrimitive(b, budget), budget)
}

function payForComparing(a: Value, b: Value, budget: Budget): void {
  budget.read(Math.max(typeof a === 'string' ? a.length : 0, typeof b === 'string' ? b.length : 0))
}

/** `a < b` or, when `orEqual`, `a <= b`. */
export function isLess(a: Value, b: Value, orEqual: boolean, budget: Budget): boolean {
  const left = toPrimitive(a, budget, 'number')
  const right = toPrimitive(b, budget, 'number')
  if (typeof left === 'string' && typeof right === 'string') {
    budget.read(Math.min(left.length, right.length))
    return orEqual ? left <= right : left < right
  }
  const leftNumber = toNumber(left, budget)
  const rightNumber = toNumber(right, budget)
  return orEqual ? leftNumber <= rightNumber : leftNumber < rightNumber
}

/** `a + b` for texts. */
export function concatText(a: string, b: string, budget: Budget): string {
  budget.concat(a.length, b.length)
  return a + b
}
