import * as acorn from 'acorn'
import type {
  Argument,
  Arrow,
  BinaryOperator,
  DataPath,
  Entry,
  Expression,
  ExpressionKind,
  Item,
  Pattern,
  RootName,
  UnaryOperator,
} from './ast.ts'
import { dateMethods } from './date-methods.ts'
import { globalConstants, globalFunctions } from './globals.ts'
import { helperFunctions } from './helpers.ts'
import { listMethods } from './list-methods.ts'
import { booleanMethods, numberMethods } from './number-methods.ts'
import { recordMethods } from './record-methods.ts'
import { ExpressionSyntaxError } from './syntax-error.ts'
import { textMethods } from './text-methods.ts'

/** Longer ones are programs, which belong into a code step. */
export const maxExpressionLength = 20_000

/** How deep an expression may be nested: what keeps the interpreter's own stack small. */
const maxNesting = 250
const tooDeep = 'This is nested too deeply. Put it into a code step.'

export interface ParsedExpression {
  expression: Expression
  /** The place behind its last character. */
  end: number
}

/**
 * Reads one expression that starts at `start` in `text` and ends where its grammar ends.
 *
 * Throws ExpressionSyntaxError, with an offset into `text`, for what is not in the language.
 */
export function parseExpressionAt(text: string, start: number): ParsedExpression {
  const source = text.slice(start, start + maxExpressionLength + 4)
  let end = 0
  // The last token or comment before the one that ends the expression: parentheses around it belong to it.
  const tree = readTree(source, start, (tokenEnd) => (end = Math.max(end, tokenEnd)))
  if (end > maxExpressionLength) throw new ExpressionSyntaxError('This is too long for a hole. Put it into a code step.', start)
  return { expression: new Converter(start).expression(tree), end: start + end }
}

function readTree(source: string, start: number, onEnd: (end: number) => void): acorn.Expression {
  try {
    return acorn.parseExpressionAt(source, 0, {
      ecmaVersion: 2023,
      sourceType: 'module',
      preserveParens: true,
      onToken: (token) => onEnd(token.end),
      onComment: (_isBlock, _text, _start, end) => onEnd(end),
    })
  } catch (error) {
    if (error instanceof SyntaxError) throw syntaxErrorFrom(error, source, start)
    throw error
  }
}

function syntaxErrorFrom(error: SyntaxError, source: string, start: number): ExpressionSyntaxError {
  const at = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0
  const offset = start + Math.min(at, source.length)
  if (source.slice(0, at).trim() === '' && source.slice(at).startsWith('}}'))
    return new ExpressionSyntaxError('This hole is empty. Name a value, such as trigger.body, or remove it.', offset)
  if (source.slice(at).trim() === '')
    return new ExpressionSyntaxError('This stops too early: something is missing at its end, such as }}.', offset)
  if (error.message.startsWith('Not enough stack')) return new ExpressionSyntaxError(tooDeep, start)
  if (error.message.startsWith('Unterminated')) return new ExpressionSyntaxError('Something opened here is never closed.', offset)
  const found = /^[\w$]+|^\S/u.exec(source.slice(at))?.[0] ?? ''
  return new ExpressionSyntaxError(`This can't be read from ${JSON.stringify(found)} on. Check what stands before it.`, offset)
}

const rootNames: readonly RootName[] = ['trigger', 'vars', 'item', 'index', 'previous', 'loops', 'results', 'event', 'run', 'now']
const values: { [name: string]: number | undefined } = { undefined, NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY }
const namespaces = new Set(['Math', 'Object', 'Array', 'Number', 'JSON', 'Date', 'String'])

const unaryOperators: readonly UnaryOperator[] = ['-', '+', '!', '~', 'typeof', 'void']
const binaryOperators: readonly BinaryOperator[] = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '==',
  '!=',
  '===',
  '!==',
  '<',
  '<=',
  '>',
  '>=',
  '&',
  '|',
  '^',
  '<<',
  '>>',
  '>>>',
  'in',
]

const methodNames = new Set(
  [textMethods, listMethods, numberMethods, booleanMethods, dateMethods, recordMethods].flatMap((methods) =>
    Object.keys(methods),
  ),
)

/** Methods and functions that are given a function. */
const takesFunction = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'flatMap',
  'map',
  'reduce',
  'reduceRight',
  'some',
  'toSorted',
  'Array.from',
  'Object.groupBy',
  'averageBy',
  'groupBy',
  'sortBy',
  'sumBy',
  'unique',
])

const insteadOfMethod: { [name: string]: string } = {
  sort: 'sort changes the list. Use toSorted, which gives a new one.',
  reverse: 'reverse changes the list. Use toReversed, which gives a new one.',
  splice: 'splice changes the list. Use toSpliced, which gives a new one.',
  push: 'push changes the list. Use [...list, value], which gives a new one.',
  unshift: 'unshift changes the list. Use [value, ...list], which gives a new one.',
  pop: 'pop changes the list. Use list.slice(0, -1) for the rest or list.at(-1) for the last entry.',
  shift: 'shift changes the list. Use list.slice(1) for the rest or list[0] for the first entry.',
  forEach: 'forEach gives nothing back. Use map.',
  match: 'Patterns are not part of holes. Use includes, split or a code step.',
  matchAll: 'Patterns are not part of holes. Use includes, split or a code step.',
  search: 'Patterns are not part of holes. Use indexOf or a code step.',
  substr: 'Use slice(start, end) instead of substr.',
  localeCompare: 'localeCompare depends on the machine. Use < and >, or sortBy.',
  toLocaleString: 'toLocaleString depends on the machine. Use formatNumber or formatDate.',
  toLocaleDateString: 'toLocaleDateString depends on the machine. Use formatDate.',
  toLocaleTimeString: 'toLocaleTimeString depends on the machine. Use formatDate.',
  toLocaleLowerCase: 'toLocaleLowerCase depends on the machine. Use toLowerCase.',
  toLocaleUpperCase: 'toLocaleUpperCase depends on the machine. Use toUpperCase.',
  hasOwnProperty: 'Use hasField(value, name).',
}

const notInHoles: { [type: string]: string } = {
  AssignmentExpression: 'A hole can only give a value, not change one.',
  UpdateExpression: 'A hole can only give a value, not change one.',
  FunctionExpression: 'Only arrow functions such as x => x.name can be used here.',
  ClassExpression: 'Classes are not part of holes.',
  ThisExpression: 'this means nothing here. Name a value, such as trigger.body.',
  Super: 'super means nothing here.',
  AwaitExpression: 'A hole cannot wait for anything.',
  YieldExpression: 'yield is not part of holes.',
  SequenceExpression: 'A hole gives one value: use only one of these.',
  TaggedTemplateExpression: 'Tagged templates are not part of holes.',
  ImportExpression: 'Holes cannot import anything.',
  MetaProperty: 'This is not part of holes.',
  NewExpression: 'Only new Date(…) can be made here.',
  PrivateIdentifier: 'Private names are not part of holes.',
}

const runFunctions = new Set(['run.resumeUrl', 'run.approvalUrl'])

type AnyNode = acorn.Expression | acorn.PrivateIdentifier | acorn.Super | acorn.SpreadElement

/** From acorn's tree to ours. Names are resolved here, so nothing is looked up by name while evaluating. */
class Converter {
  private readonly locals: { name: string; slot: number }[] = []
  private depth = 0
  private readonly base: number

  constructor(base: number) {
    this.base = base
  }

  expression(node: AnyNode): Expression {
    this.enter(node)
    const expression = this.convert(node)
    this.depth--
    return expression
  }

  private enter(node: acorn.Node): void {
    if (++this.depth > maxNesting) this.fail(node, tooDeep)
  }

  private convert(node: AnyNode): Expression {
    const place = { start: this.base + node.start, end: this.base + node.end }
    switch (node.type) {
      case 'ParenthesizedExpression':
        return { ...this.expression(node.expression), ...place }
      case 'ChainExpression':
        return this.expression(node.expression)
      case 'Literal':
        return { ...place, kind: 'value', value: this.literal(node) }
      case 'Identifier':
        return { ...place, ...this.name(node) }
      case 'TemplateLiteral':
        return {
          ...place,
          kind: 'text',
          strings: node.quasis.map((quasi) => quasi.value.cooked ?? ''),
          values: node.expressions.map((value) => this.expression(value)),
        }
      case 'MemberExpression':
        return { ...place, ...this.member(node) }
      case 'CallExpression':
        return { ...place, ...this.call(node) }
      case 'NewExpression':
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date' || this.isLocal('Date')) this.refuse(node)
        return { ...place, kind: 'call', name: 'new Date', args: this.args(node.arguments, 'new Date') }
      case 'UnaryExpression':
        if (!isOneOf(unaryOperators, node.operator)) return this.fail(node, `${node.operator} is not part of holes.`)
        return { ...place, kind: 'unary', operator: node.operator, operand: this.expression(node.argument) }
      case 'BinaryExpression':
        if (!isOneOf(binaryOperators, node.operator)) return this.fail(node, `${node.operator} is not part of holes.`)
        return {
          ...place,
          kind: 'binary',
          operator: node.operator,
          left: this.expression(node.left),
          right: this.expression(node.right),
        }
      case 'LogicalExpression':
        return {
          ...place,
          kind: 'logical',
          operator: node.operator,
          left: this.expression(node.left),
          right: this.expression(node.right),
        }
      case 'ConditionalExpression':
        return {
          ...place,
          kind: 'choice',
          test: this.expression(node.test),
          yes: this.expression(node.consequent),
          no: this.expression(node.alternate),
        }
      case 'ArrayExpression':
        return { ...place, kind: 'list', items: node.elements.map((element) => this.item(element, node)) }
      case 'ObjectExpression':
        return { ...place, kind: 'object', entries: node.properties.map((property) => this.entry(property)) }
      case 'ArrowFunctionExpression':
        return this.fail(node, 'A function can stand only where one is asked for, as in list.map(x => x.name).')
      case 'AssignmentExpression':
      case 'AwaitExpression':
      case 'ClassExpression':
      case 'FunctionExpression':
      case 'ImportExpression':
      case 'MetaProperty':
      case 'PrivateIdentifier':
      case 'SequenceExpression':
      case 'SpreadElement':
      case 'Super':
      case 'TaggedTemplateExpression':
      case 'ThisExpression':
      case 'UpdateExpression':
      case 'YieldExpression':
        return this.refuse(node)
    }
  }

  private literal(node: acorn.Literal): null | boolean | number | string {
    const { value } = node
    if (typeof value === 'bigint') return this.fail(node, 'Numbers with n are not part of holes. Use a code step.')
    if (typeof value !== 'object' && value !== undefined && !node.regex) return value
    if (value === null && !node.regex) return null
    return this.fail(node, 'Patterns are not part of holes. Use includes, startsWith, split or a code step.')
  }

  private name(node: acorn.Identifier): ExpressionKind {
    const { name } = node
    const local = this.locals.findLast((one) => one.name === name)
    if (local) return { kind: 'local', slot: local.slot }
    if (Object.hasOwn(values, name)) return { kind: 'value', value: values[name] }
    if (isOneOf(rootNames, name)) return { kind: 'root', name }
    if (name === 'steps') this.fail(node, 'Name one step, as in steps.price: all of them together cannot be used.')
    if (isFunctionName(name)) return this.fail(node, `${name} is a function, not a value. Use it as in ${name}(…).`)
    if (namespaces.has(name)) return this.fail(node, `${name} is no value. Use what is in it, as in ${name}.…(…).`)
    return this.fail(
      node,
      `There is nothing called "${name}". A hole knows trigger, steps, run, item, index, previous, loops, vars, now and the listed functions.`,
    )
  }

  private isLocal(name: string): boolean {
    return this.locals.some((local) => local.name === name)
  }

  private member(node: acorn.MemberExpression): ExpressionKind {
    const key = this.key(node)
    const { object } = node
    if (object.type === 'Identifier' && !this.isLocal(object.name)) {
      if (object.name === 'steps') return this.step(node, key)
      const constant = `${object.name}.${key.kind === 'value' ? String(key.value) : ''}`
      if (Object.hasOwn(globalConstants, constant)) return { kind: 'value', value: globalConstants[constant] }
      if (namespaces.has(object.name)) this.fail(node.property, `${object.name} has nothing of that name here that is a value.`)
    }
    const inner = this.expression(object)
    const path = pathTo(inner, key)
    return { kind: 'member', object: inner, key, ...(path && { path }) }
  }

  private step(node: acorn.MemberExpression, key: Expression): ExpressionKind {
    if (key.kind === 'value' && typeof key.value === 'string') {
      return { kind: 'step', id: key.value, idStart: this.base + node.property.start, idEnd: this.base + node.property.end }
    }
    return { kind: 'stepByName', name: key }
  }

  private key(node: acorn.MemberExpression): Expression {
    if (node.computed) return this.expression(node.property)
    if (node.property.type !== 'Identifier') return this.refuse(node.property)
    return {
      start: this.base + node.property.start,
      end: this.base + node.property.end,
      kind: 'value',
      value: node.property.name,
    }
  }

  private call(node: acorn.CallExpression): ExpressionKind {
    const callee = bare(node.callee)
    if (callee.type === 'MemberExpression') return this.methodCall(node, callee)
    if (callee.type !== 'Identifier') return this.fail(callee, 'This is not a function that can be called.')
    if (!this.isLocal(callee.name) && isFunctionName(callee.name)) {
      return { kind: 'call', name: callee.name, args: this.args(node.arguments, callee.name) }
    }
    return this.fail(
      callee,
      `There is no function called "${callee.name}".${this.suggestion(callee.name, Object.keys(helperFunctions))}`,
    )
  }

  private methodCall(node: acorn.CallExpression, callee: acorn.MemberExpression): ExpressionKind {
    const { object, property } = callee
    if (callee.computed || property.type !== 'Identifier')
      return this.fail(property, 'Write the name of what is called after a dot, as in name.trim().')
    const { name } = property
    if (object.type === 'Identifier' && !this.isLocal(object.name)) {
      const full = `${object.name}.${name}`
      if (Object.hasOwn(globalFunctions, full) || runFunctions.has(full))
        return { kind: 'call', name: full, args: this.args(node.arguments, full) }
      if (full === 'Date.now') this.fail(node, 'Use now for this moment.')
      if (full === 'Math.random') this.fail(node, 'A hole gives the same value each time, so nothing is random. Use a code step.')
      if (namespaces.has(object.name)) this.fail(property, `${full} is not part of what holes can do.`)
    }
    if (!methodNames.has(name)) {
      const instead = Object.hasOwn(insteadOfMethod, name) ? insteadOfMethod[name] : undefined
      if (
        instead === undefined &&
        /^(?:get|set|to)\w*(?:Date|Day|Month|Year|Hours|Minutes|Seconds|Offset|TimeString)$/.test(name)
      ) {
        this.fail(
          property,
          `${name} depends on the machine or changes the date. Use formatDate, addTime or the getUTC… functions.`,
        )
      }
      this.fail(property, instead ?? `${name} is not something a hole can call.${this.suggestion(name, [...methodNames])}`)
    }
    return {
      kind: 'method',
      object: this.expression(object),
      name,
      optional: node.optional,
      args: this.args(node.arguments, name),
    }
  }

  private suggestion(name: string, known: string[]): string {
    const near = known.find((one) => one.toLowerCase() === name.toLowerCase())
    return near === undefined ? '' : ` Did you mean ${near}?`
  }

  private args(nodes: (acorn.Expression | acorn.SpreadElement)[], callee: string): Argument[] {
    return nodes.map((node) => this.argument(node, callee))
  }

  private argument(node: acorn.Expression | acorn.SpreadElement, callee: string): Argument {
    if (node.type === 'SpreadElement') return { kind: 'spread', value: this.expression(node.argument) }
    if (node.type === 'ParenthesizedExpression') return this.argument(node.expression, callee)
    if (node.type === 'ArrowFunctionExpression') {
      if (!takesFunction.has(callee)) this.fail(node, `${callee} takes no function.`)
      return this.arrow(node)
    }
    if (node.type === 'Identifier' && takesFunction.has(callee) && isFunctionName(node.name) && !this.isLocal(node.name)) {
      return { kind: 'functionName', name: node.name }
    }
    return this.expression(node)
  }

  private arrow(node: acorn.ArrowFunctionExpression): Arrow {
    if (node.async) this.fail(node, 'A hole cannot wait for anything: leave out async.')
    if (node.body.type === 'BlockStatement') {
      return this.fail(
        node.body,
        'Leave out the braces: a function here is one expression, as in x => x.name. For more use a code step.',
      )
    }
    const before = this.locals.length
    const params = node.params.map((param) => this.pattern(param))
    const body = this.expression(node.body)
    this.locals.length = before
    return { kind: 'arrow', params, body }
  }

  private pattern(node: acorn.Pattern): Pattern {
    this.enter(node)
    const pattern = this.convertPattern(node)
    this.depth--
    return pattern
  }

  private convertPattern(node: acorn.Pattern): Pattern {
    switch (node.type) {
      case 'Identifier': {
        const slot = this.locals.length
        this.locals.push({ name: node.name, slot })
        return { kind: 'slot', slot }
      }
      case 'ObjectPattern':
        return {
          kind: 'fields',
          fields: node.properties.map((property) => {
            if (property.type === 'RestElement') return this.fail(property, 'Name each field; … is not part of holes here.')
            return { key: this.propertyKey(property), pattern: this.pattern(property.value) }
          }),
        }
      case 'ArrayPattern':
        return { kind: 'places', places: node.elements.map((element) => (element ? this.pattern(element) : undefined)) }
      case 'AssignmentPattern': {
        const value = this.expression(node.right)
        return { kind: 'withDefault', pattern: this.pattern(node.left), value }
      }
      case 'MemberExpression':
      case 'RestElement':
        return this.fail(node, 'A function here takes names, as in (item, index) => ….')
    }
  }

  private item(node: acorn.Expression | acorn.SpreadElement | null, list: acorn.ArrayExpression): Item {
    if (!node) return this.fail(list, 'An entry is missing between two commas.')
    return node.type === 'SpreadElement' ? { kind: 'spread', value: this.expression(node.argument) } : this.expression(node)
  }

  private entry(node: acorn.Property | acorn.SpreadElement): Entry {
    if (node.type === 'SpreadElement') return { kind: 'spread', value: this.expression(node.argument) }
    if (node.kind !== 'init' || node.method) this.fail(node, 'Fields hold values, not functions.')
    const key = this.propertyKey(node)
    if (!node.computed && !node.shorthand && key.kind === 'value' && key.value === '__proto__')
      this.fail(node.key, 'A field cannot be called __proto__ here.')
    return { kind: 'entry', key, value: this.expression(node.value) }
  }

  private propertyKey(node: acorn.Property | acorn.AssignmentProperty): Expression {
    if (node.computed || node.key.type !== 'Identifier') return this.expression(node.key)
    return { start: this.base + node.key.start, end: this.base + node.key.end, kind: 'value', value: node.key.name }
  }

  private refuse(node: acorn.Node): never {
    return this.fail(node, notInHoles[node.type] ?? 'This is not part of what holes can do.')
  }

  private fail(node: acorn.Node, message: string): never {
    const hint = /code step|Use |use /.test(message) ? '' : ' For more, use a code step.'
    throw new ExpressionSyntaxError(message + hint, this.base + node.start)
  }
}

/** Where a value is found, for an expression that does nothing but name it. */
export function pathOf(expression: Expression): DataPath | undefined {
  if (expression.kind === 'member') return expression.path
  if (expression.kind === 'step') return { root: 'steps', step: expression.id, keys: [] }
  return expression.kind === 'root' ? { root: expression.name, keys: [] } : undefined
}

function pathTo(object: Expression, key: Expression): DataPath | undefined {
  const path = pathOf(object)
  if (!path || key.kind !== 'value' || (typeof key.value !== 'string' && typeof key.value !== 'number')) return undefined
  return { ...path, keys: [...path.keys, key.value] }
}

/** Without the parentheses around it. */
function bare(node: acorn.Expression | acorn.Super): acorn.Expression | acorn.Super {
  return node.type === 'ParenthesizedExpression' || node.type === 'ChainExpression' ? bare(node.expression) : node
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return names.some((one) => one === name)
}

function isFunctionName(name: string): boolean {
  return Object.hasOwn(helperFunctions, name) || (Object.hasOwn(globalFunctions, name) && name !== 'Date')
}
