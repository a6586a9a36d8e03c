import type { Arguments } from './arguments.ts'
import type { Record, Value } from './value.ts'

/** What groups of fields have: not much, since a name after their dot is one of their fields. */
export const recordMethods: { [name: string]: (record: Record, args: Arguments) => Value } = {
  toString: (_record: Record) => '[object Object]',
  valueOf: (record: Record) => record,
}
