import type { Expression } from '#shared/expression/ast.ts'
import { parseExpressionAt } from '#shared/expression/parse.ts'
import { isHole, literalOfText, segmentsOf, soleHole } from '../template/template-segments.ts'
import { numberFromText } from './entry-rows.ts'

/** What a comparison asks, each with its words and whether it has something to compare with. */
export const comparisons = {
  is: { words: 'is', compares: true },
  isNot: { words: 'is not', compares: true },
  moreThan: { words: 'is more than', compares: true },
  atLeast: { words: 'is at least', compares: true },
  lessThan: { words: 'is less than', compares: true },
  atMost: { words: 'is at most', compares: true },
  contains: { words: 'contains', compares: true },
  lacks: { words: 'does not contain', compares: true },
  startsWith: { words: 'starts with', compares: true },
  endsWith: { words: 'ends with', compares: true },
  isEmpty: { words: 'is empty', compares: false },
  isFilled: { words: 'is not empty', compares: false },
  isYes: { words: 'is yes', compares: false },
  isNo: { words: 'is no', compares: false },
} as const
export type Comparison = keyof typeof comparisons
export const comparisonNames = Object.keys(comparisons).filter((name): name is Comparison => name in comparisons)

/** One line of a condition; both sides are template text, as in any other field. */
export interface Test {
  left: string
  comparison: Comparison
  right: string
}

/** A condition people can build without writing a formula. */
export interface SimpleCondition {
  /** Whether every line has to hold, or one is enough. */
  needs: 'all' | 'any'
  tests: Test[]
}

const signs: { [sign: string]: Comparison } = {
  '==': 'is',
  '===': 'is',
  '!=': 'isNot',
  '!==': 'isNot',
  '>': 'moreThan',
  '>=': 'atLeast',
  '<': 'lessThan',
  '<=': 'atMost',
}
const signOf: { [C in Comparison]?: string } = {
  is: '==',
  isNot: '!=',
  moreThan: '>',
  atLeast: '>=',
  lessThan: '<',
  atMost: '<=',
}
const methods: { [name: string]: Comparison } = { includes: 'contains', startsWith: 'startsWith', endsWith: 'endsWith' }

/** The stored form: one hole. */
export function conditionText({ needs, tests }: SimpleCondition): string {
  const parts = tests.map(testSource)
  return `{{ ${parts.join(needs === 'all' ? ' && ' : ' || ')} }}`
}

function testSource({ left, comparison, right }: Test): string {
  const one = operandSource(left)
  switch (comparison) {
    case 'isEmpty':
      return `isEmpty(${one})`
    case 'isFilled':
      return `!isEmpty(${one})`
    case 'isYes':
      return `${one} === true`
    case 'isNo':
      return `${one} === false`
    // A number has no words to look into: there its digits count.
    case 'contains':
      return `${textSource(left)}.includes(${textSource(right)})`
    case 'lacks':
      return `!${textSource(left)}.includes(${textSource(right)})`
    case 'startsWith':
      return `${textSource(left)}.startsWith(${textSource(right)})`
    case 'endsWith':
      return `${textSource(left)}.endsWith(${textSource(right)})`
    case 'is':
    case 'isNot':
    case 'moreThan':
    case 'atLeast':
    case 'lessThan':
    case 'atMost':
      return `${one} ${signOf[comparison]} ${operandSource(right)}`
  }
}

/** A side as an expression: a number when it reads as one, a hole's own formula, else text. */
function operandSource(text: string): string {
  const number = numberFromText(text)
  // `007` and `1e3` are read as text: as numbers they would not come back as they were written.
  return number !== undefined && String(number) === text ? text : textSource(text)
}

function textSource(text: string): string {
  const sole = soleHole(text)
  if (sole !== undefined) return sole.kind === 'pill' && sole.fallback === undefined ? sole.source : `(${sole.source})`
  const segments = segmentsOf(text)
  if (!segments.some(isHole)) return literalOfText(text)
  return `\`${segments.map((segment) => (isHole(segment) ? `\${${segment.source}}` : segment.text.replaceAll(/[`\\]|\$\{/g, String.raw`\$&`).replaceAll('\r', String.raw`\r`))).join('')}\``
}

/** The condition as lines, or undefined when it says more than lines can: then it is shown as a formula. */
export function simpleCondition(text: string): SimpleCondition | undefined {
  const sole = soleHole(text)
  if (sole === undefined || (sole.kind === 'formula' && sole.error !== undefined)) return undefined
  const expression = readExpression(sole.source)
  if (expression === undefined) return undefined
  for (const [needs, operator] of [
    ['all', '&&'],
    ['any', '||'],
  ] as const) {
    const parts = chain(expression, operator)
    if (parts.length < 2) continue
    const tests = parts.map((part) => testOf(part, sole.source))
    return tests.every((test) => test !== undefined) ? { needs, tests } : undefined
  }
  const test = testOf(expression, sole.source)
  return test === undefined ? undefined : { needs: 'all', tests: [test] }
}

function readExpression(source: string): Expression | undefined {
  try {
    const { expression, end } = parseExpressionAt(source, 0)
    return source.slice(end).trim() === '' ? expression : undefined
  } catch (error) {
    if (error instanceof Error && error.name === 'ExpressionSyntaxError') return undefined
    throw error
  }
}

function chain(expression: Expression, operator: '&&' | '||'): Expression[] {
  if (expression.kind !== 'logical' || expression.operator !== operator) return [expression]
  return [...chain(expression.left, operator), ...chain(expression.right, operator)]
}

function testOf(expression: Expression, source: string): Test | undefined {
  const text = (part: Expression) => operandText(part, source)
  const isNegated = expression.kind === 'unary' && expression.operator === '!'
  const asked = isNegated ? expression.operand : expression
  if (asked.kind === 'call' && asked.name === 'isEmpty') {
    const [value] = asked.args
    return value === undefined || !isPlain(value)
      ? undefined
      : { left: text(value), comparison: isNegated ? 'isFilled' : 'isEmpty', right: '' }
  }
  if (asked.kind === 'method' && !asked.optional) {
    const comparison = Object.hasOwn(methods, asked.name) ? methods[asked.name] : undefined
    const [sought, ...more] = asked.args
    if (comparison === undefined || sought === undefined || !isPlain(sought) || more.length > 0) return undefined
    if (isNegated && comparison !== 'contains') return undefined
    return { left: text(asked.object), comparison: isNegated ? 'lacks' : comparison, right: text(sought) }
  }
  if (isNegated || expression.kind !== 'binary') return undefined
  const comparison = Object.hasOwn(signs, expression.operator) ? signs[expression.operator] : undefined
  if (comparison === undefined) return undefined
  const { right } = expression
  if (expression.operator === '===' && right.kind === 'value' && typeof right.value === 'boolean') {
    return { left: text(expression.left), comparison: right.value ? 'isYes' : 'isNo', right: '' }
  }
  return { left: text(expression.left), comparison, right: text(right) }
}

function isPlain(argument: { kind: string }): argument is Expression {
  return argument.kind !== 'spread' && argument.kind !== 'arrow' && argument.kind !== 'functionName'
}

/** A side as template text: letters and numbers as they read, everything else as a hole. */
function operandText(expression: Expression, source: string): string {
  const own = source.slice(expression.start, expression.end)
  if (expression.kind === 'value' && (typeof expression.value === 'string' || typeof expression.value === 'number'))
    return String(expression.value)
  if (
    expression.kind === 'unary' &&
    expression.operator === '-' &&
    expression.operand.kind === 'value' &&
    typeof expression.operand.value === 'number'
  )
    return own
  if (expression.kind === 'text') {
    return expression.strings
      .map((string, index) => {
        const value = expression.values[index]
        return value === undefined ? string : `${string}{{ ${source.slice(value.start, value.end)} }}`
      })
      .join('')
  }
  return `{{ ${own.startsWith('(') && own.endsWith(')') ? own.slice(1, -1) : own} }}`
}
