import { AppError } from '../errors.ts'
import type { Expression } from './ast.ts'
import { Budget, type ExpressionLimits } from './budget.ts'
import { Evaluation } from './evaluate.ts'
import { own } from './globals.ts'
import { singleHole } from './render.ts'
import type { ExpressionScope } from './scope.ts'
import { expressionsIn } from './references.ts'
import type { Value } from './value.ts'

/** What a `match` says that can be known before any event comes. */
export interface Match {
  /** One field of the event has to be equal to a value that has nothing to do with the event. */
  equality?: { keys: string[]; value: Expression }
  /** It names nothing but the event: whoever holds that can judge it. */
  isClosed: boolean
}

/** Reads the condition of a wait for an event. */
export function readMatch(match: boolean | string): Match {
  if (typeof match === 'boolean') return { isClosed: true }
  const hole = singleHole(match)
  if (!hole) throw new AppError('expression_error', 'A condition is true, false or one single hole.')
  const equality = conjuncts(hole.expression)
    .map(equalityIn)
    .find((one) => one !== undefined)
  return { isClosed: namesOnlyEvent(hole.expression), ...(equality ? { equality } : {}) }
}

/** The text two values share if they are equal in JavaScript's loose sense; undefined for what is equal to nothing we look for. */
export function equalityText(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') {
    const number = Number(value)
    return Number.isNaN(number) ? `s${value}` : `n${number === 0 ? 0 : number}`
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    const number = Number(value)
    return Number.isNaN(number) ? undefined : `n${number === 0 ? 0 : number}`
  }
  return undefined
}

/** What the value of an equality is now, as `equalityText` writes it. */
export function equalityTextIn(
  { value }: NonNullable<Match['equality']>,
  scope: ExpressionScope,
  limits?: Partial<ExpressionLimits>,
): string | undefined {
  return equalityText(new Evaluation(scope, new Budget(limits)).evaluate(value))
}

/** What stands at that place of an event's data. */
export function valueAt(data: Value, keys: readonly string[]): Value {
  return keys.reduce<Value>((value, key) => own(value, key), data)
}

/** The parts of a condition that all have to hold. */
function conjuncts(expression: Expression): Expression[] {
  return expression.kind === 'logical' && expression.operator === '&&'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression]
}

function equalityIn(expression: Expression): Match['equality'] {
  if (expression.kind !== 'binary' || (expression.operator !== '==' && expression.operator !== '===')) return undefined
  const { left, right } = expression
  return equalityOf(left, right) ?? equalityOf(right, left)
}

function equalityOf(field: Expression, value: Expression): Match['equality'] {
  const path = field.kind === 'member' ? field.path : undefined
  if (path?.root !== 'event' || path.keys.length === 0) return undefined
  const keys = path.keys.map(String)
  // Texts have these as well, where nobody lists them.
  if (keys.some((key) => key === 'length' || /^\d/.test(key))) return undefined
  return expressionsIn(value).some(isEvent) ? undefined : { keys, value }
}

function isEvent(expression: Expression): boolean {
  return expression.kind === 'root' && expression.name === 'event'
}

function namesOnlyEvent(expression: Expression): boolean {
  return expressionsIn(expression).every((one) => {
    if (one.kind === 'root') return one.name === 'event'
    if (one.kind === 'call') return !one.name.startsWith('run.')
    return one.kind !== 'step' && one.kind !== 'stepByName'
  })
}
