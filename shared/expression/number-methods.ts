import type { Arguments } from './arguments.ts'
import type { Value } from './value.ts'

export const numberMethods: { [name: string]: (number: number, args: Arguments) => Value } = {
  toExponential: (number, args) => number.toExponential(args.optionalNumber(0)),
  toFixed: (number, args) => number.toFixed(args.optionalNumber(0)),
  toPrecision: (number, args) => number.toPrecision(args.optionalNumber(0)),
  toString: (number: number, args: Arguments) => number.toString(args.optionalNumber(0)),
  valueOf: (number: number) => number,
}

export const booleanMethods: { [name: string]: (value: boolean, args: Arguments) => Value } = {
  toString: (value: boolean) => String(value),
  valueOf: (value: boolean) => value,
}
