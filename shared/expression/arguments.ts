import type { Budget } from './budget.ts'
import { type Callback, expressionError, kindInWords, toNumber, toText, type Value } from './value.ts'

/** What a function or method is called with. Reads by place; a missing argument is undefined, as in JavaScript. */
export class Arguments {
  readonly name: string
  readonly given: readonly (Value | Callback)[]
  readonly budget: Budget

  constructor(name: string, given: readonly (Value | Callback)[], budget: Budget) {
    this.name = name
    this.given = given
    this.budget = budget
  }

  get count(): number {
    return this.given.length
  }

  has(index: number): boolean {
    return this.given[index] !== undefined
  }

  isCallback(index: number): boolean {
    return typeof this.given[index] === 'function'
  }

  value(index: number): Value {
    const value = this.given[index]
    if (typeof value === 'function') throw expressionError(`${this.name} can't work with a function here.`)
    return value
  }

  values(from = 0): Value[] {
    return this.given.slice(from).map((_, index) => this.value(from + index))
  }

  text(index: number): string {
    return toText(this.value(index), this.budget)
  }

  optionalText(index: number): string | undefined {
    return this.has(index) ? this.text(index) : undefined
  }

  number(index: number): number {
    return toNumber(this.value(index), this.budget)
  }

  optionalNumber(index: number): number | undefined {
    return this.has(index) ? this.number(index) : undefined
  }

  callback(index: number): Callback {
    const callback = this.given[index]
    if (typeof callback === 'function') return callback
    throw expressionError(`${this.name} needs a function such as x => x.name, but got ${kindInWords(callback)}.`)
  }
}
