import type { Arguments } from './arguments.ts'
import { textFromDate, type Value } from './value.ts'

/** Those methods of dates that give the same answer on every machine: none that uses the machine's time zone. */
export const dateMethods: { [name: string]: (date: Date, args: Arguments) => Value } = {
  getTime: (date) => date.getTime(),
  getUTCDate: (date) => date.getUTCDate(),
  getUTCDay: (date) => date.getUTCDay(),
  getUTCFullYear: (date) => date.getUTCFullYear(),
  getUTCHours: (date) => date.getUTCHours(),
  getUTCMilliseconds: (date) => date.getUTCMilliseconds(),
  getUTCMinutes: (date) => date.getUTCMinutes(),
  getUTCMonth: (date) => date.getUTCMonth(),
  getUTCSeconds: (date) => date.getUTCSeconds(),
  toISOString: (date) => date.toISOString(),
  toJSON: (date) => (Number.isNaN(date.getTime()) ? null : date.toISOString()),
  toString: (date: Date) => textFromDate(date),
  valueOf: (date: Date) => date.getTime(),
}
