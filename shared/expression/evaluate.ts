import { AppError, isAppError } from '../errors.ts'
import type { Argument, Arrow, BinaryOperator, Entry, Expression, Item, Pattern, RootName, UnaryOperator } from './ast.ts'
import { Arguments } from './arguments.ts'
import type { Budget } from './budget.ts'
import { dateMethods } from './date-methods.ts'
import { entriesOf, type GlobalFunction, globalFunctions, hasOwn, own, ownKeys, setOwn } from './globals.ts'
import { helperFunctions } from './helpers.ts'
import { listMethods } from './list-methods.ts'
import { booleanMethods, numberMethods } from './number-methods.ts'
import { recordMethods } from './record-methods.ts'
import type { ExpressionScope } from './scope.ts'
import { dataOf, type ScopeData } from './scope-data.ts'
import { textMethods } from './text-methods.ts'
import {
  type Callback,
  concatText,
  expressionError,
  isLess,
  isRecord,
  kindInWords,
  looseEquals,
  newRecord,
  strictEquals,
  toKey,
  toNumber,
  toPrimitive,
  toText,
  type Value,
} from './value.ts'

/**
 * The interpreter of the expression language, for the holes of one step's params.
 *
 * Sees nothing but the scope it is given: data is read by own properties only, there are no functions as values, no
 * prototypes, no clock and no randomness, so the same scope gives the same value everywhere.
 */
export class Evaluation {
  private readonly scope: ExpressionScope
  private readonly budget: Budget
  private readonly data: ScopeData
  private now: Value
  private run: Value
  private readonly locals: Value[] = []

  constructor(scope: ExpressionScope, budget: Budget) {
    this.scope = scope
    this.budget = budget
    this.data = dataOf(scope)
  }

  /** The expression's value. Throws `expression_error`. */
  evaluate(expression: Expression): Value {
    this.budget.spend(1)
    switch (expression.kind) {
      case 'value':
        return expression.value
      case 'root':
        return this.root(expression.name)
      case 'step':
        return this.data.value('steps', expression.id)
      case 'stepByName':
        return this.data.value('steps', toKey(this.evaluate(expression.name), this.budget))
      case 'local':
        return this.locals[expression.slot]
      case 'text':
        return this.text(expression.strings, expression.values)
      case 'member': {
        const found = expression.path && this.data.plain(expression.path, this.budget)
        if (found) return found.value
        const object = this.evaluate(expression.object)
        if (object === undefined || object === null) return undefined
        return own(object, toKey(this.evaluate(expression.key), this.budget))
      }
      case 'unary':
        return this.unary(expression.operator, this.evaluate(expression.operand))
      case 'binary':
        return this.binary(expression.operator, this.evaluate(expression.left), this.evaluate(expression.right))
      case 'logical':
        return this.logical(expression)
      case 'choice':
        return this.evaluate(this.evaluate(expression.test) ? expression.yes : expression.no)
      case 'list':
        return this.items(expression.items)
      case 'object':
        return this.object(expression.entries)
      case 'call':
        return this.call(expression.name, expression.args)
      case 'method':
        return this.method(expression)
    }
  }

  private root(name: RootName): Value {
    if (name === 'now') return (this.now ??= new Date(this.scope.now))
    if (name !== 'run') return this.data.value(name)
    const { id, flowId, version, startedAt } = this.scope.run
    return (this.run ??= { id, flowId, version, startedAt })
  }

  private text(strings: string[], values: Expression[]): string {
    return values.reduce((text, value, index) => {
      const withValue = concatText(text, toText(this.evaluate(value), this.budget), this.budget)
      return concatText(withValue, strings[index + 1] ?? '', this.budget)
    }, strings[0] ?? '')
  }

  private unary(operator: UnaryOperator, value: Value): Value {
    switch (operator) {
      case '-':
        return -toNumber(value, this.budget)
      case '+':
        return toNumber(value, this.budget)
      case '~':
        return ~toNumber(value, this.budget)
      case '!':
        return !value
      case 'typeof':
        return typeof value
      case 'void':
        return undefined
    }
  }

  private binary(operator: BinaryOperator, a: Value, b: Value): Value {
    const { budget } = this
    switch (operator) {
      case '+':
        return this.add(a, b)
      case '===':
        return strictEquals(a, b, budget)
      case '!==':
        return !strictEquals(a, b, budget)
      case '==':
        return looseEquals(a, b, budget)
      case '!=':
        return !looseEquals(a, b, budget)
      case '<':
        return isLess(a, b, false, budget)
      case '<=':
        return isLess(a, b, true, budget)
      case '>':
        return isLess(b, a, false, budget)
      case '>=':
        return isLess(b, a, true, budget)
      case 'in':
        if (typeof b !== 'object' || b === null)
          throw expressionError(`in looks for a field, but found ${kindInWords(b)} at its right.`)
        return hasOwn(b, toKey(a, budget))
      case '-':
      case '*':
      case '/':
      case '%':
      case '**':
      case '&':
      case '|':
      case '^':
      case '<<':
      case '>>':
      case '>>>':
        return calculate(operator, toNumber(a, budget), toNumber(b, budget))
    }
  }

  private add(a: Value, b: Value): Value {
    const left = toPrimitive(a, this.budget)
    const right = toPrimitive(b, this.budget)
    if (typeof left !== 'string' && typeof right !== 'string') return Number(left) + Number(right)
    return concatText(toText(left, this.budget), toText(right, this.budget), this.budget)
  }

  private logical({ operator, left, right }: Extract<Expression, { kind: 'logical' }>): Value {
    const first = this.evaluate(left)
    const isDecided = operator === '&&' ? !first : operator === '||' ? Boolean(first) : first !== undefined && first !== null
    return isDecided ? first : this.evaluate(right)
  }

  private items(items: Item[]): Value[] {
    const list: Value[] = []
    for (const item of items) {
      if (item.kind !== 'spread') list.push(this.evaluate(item))
      else for (const value of entriesOf(this.evaluate(item.value), this.budget)) list.push(value)
    }
    return list
  }

  private object(entries: Entry[]): Value {
    const record = newRecord()
    for (const entry of entries) {
      if (entry.kind === 'entry') {
        const key = toKey(this.evaluate(entry.key), this.budget)
        setOwn(record, key, this.evaluate(entry.value), this.budget)
        continue
      }
      const source = this.evaluate(entry.value)
      if (source === undefined || source === null) continue
      for (const key of ownKeys(source, this.budget)) record[key] = own(source, key)
    }
    return record
  }

  private call(name: string, args: Argument[]): Value {
    if (name === 'run.resumeUrl' || name === 'run.approvalUrl') {
      const given = this.args(name, args)
      const id = given.text(0)
      return name === 'run.resumeUrl' ? this.scope.run.resumeUrl(id) : this.scope.run.approvalUrl(id, given.optionalText(1))
    }
    return this.guarded(name, () => functionNamed(name)(this.args(name, args)))
  }

  private method({ object, name, optional, args }: Extract<Expression, { kind: 'method' }>): Value {
    const value = this.evaluate(object)
    if (value === undefined || value === null) return undefined
    const run = methodOf(value, name)
    if (!run) {
      if (optional) return undefined
      throw expressionError(`${name} does not work on ${kindInWords(value)}.`)
    }
    return this.guarded(name, () => run(this.args(name, args)))
  }

  private args(name: string, args: Argument[]): Arguments {
    // A call costs several times what an operator does.
    this.budget.spend(5)
    const given: (Value | Callback)[] = []
    for (const arg of args) {
      if (arg.kind === 'spread') for (const value of entriesOf(this.evaluate(arg.value), this.budget)) given.push(value)
      else if (arg.kind === 'arrow') given.push(this.callback(arg))
      else if (arg.kind === 'functionName') given.push(this.named(arg.name))
      else given.push(this.evaluate(arg))
    }
    return new Arguments(name, given, this.budget)
  }

  private callback(arrow: Arrow): Callback {
    return (...values) => {
      for (const [index, param] of arrow.params.entries()) this.bind(param, values[index])
      return this.evaluate(arrow.body)
    }
  }

  /** A function by its name, as in `list.map(String)`. Helpers get the entry alone, not its place. */
  private named(name: string): Callback {
    const isHelper = Object.hasOwn(helperFunctions, name)
    return (...values) => functionNamed(name)(new Arguments(name, isHelper ? values.slice(0, 1) : values, this.budget))
  }

  private bind(pattern: Pattern, value: Value): void {
    this.budget.spend(1)
    switch (pattern.kind) {
      case 'slot':
        this.locals[pattern.slot] = value
        return
      case 'withDefault':
        this.bind(pattern.pattern, value === undefined ? this.evaluate(pattern.value) : value)
        return
      case 'fields':
        for (const { key, pattern: inner } of pattern.fields) this.bind(inner, own(value, toKey(this.evaluate(key), this.budget)))
        return
      case 'places':
        this.bindPlaces(pattern.places, value === undefined || value === null ? [] : entriesOf(value, this.budget))
        return
    }
  }

  private bindPlaces(places: (Pattern | undefined)[], values: Value[]): void {
    for (const [index, place] of places.entries()) if (place) this.bind(place, values[index])
  }

  /** JavaScript's own complaints (a bad count, a date that is none) become ones that say where they come from. */
  private guarded(name: string, run: () => Value): Value {
    try {
      return run()
    } catch (error) {
      if (isAppError(error)) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new AppError('expression_error', `${name} cannot do this: ${reason}.`, { cause: error })
    }
  }
}

function functionNamed(name: string): GlobalFunction {
  const run = Object.hasOwn(globalFunctions, name)
    ? globalFunctions[name]
    : Object.hasOwn(helperFunctions, name)
      ? helperFunctions[name]
      : undefined
  if (!run) throw expressionError(`There is no function called ${name}.`)
  return run
}

function methodOf(value: Value, name: string): GlobalFunction | undefined {
  if (typeof value === 'string') return bound(textMethods, name, value)
  if (typeof value === 'number') return bound(numberMethods, name, value)
  if (typeof value === 'boolean') return bound(booleanMethods, name, value)
  if (Array.isArray(value)) return bound(listMethods, name, value)
  if (value instanceof Date) return bound(dateMethods, name, value)
  return isRecord(value) ? bound(recordMethods, name, value) : undefined
}

function bound<T>(
  methods: { [name: string]: (self: T, args: Arguments) => Value },
  name: string,
  self: T,
): GlobalFunction | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  return method && ((args) => method(self, args))
}

type Calculation = Exclude<BinaryOperator, '+' | '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=' | 'in'>

function calculate(operator: Calculation, a: number, b: number): number {
  switch (operator) {
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '**':
      return a ** b
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<<':
      return a << b
    case '>>':
      return a >> b
    case '>>>':
      return a >>> b
  }
}
