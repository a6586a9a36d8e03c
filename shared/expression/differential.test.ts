// oxlint-disable-next-line no-restricted-imports -- the other side of the comparison is a process of its own
import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAppError } from '../errors.ts'
import type { Json } from '../json.ts'
import { Budget } from './budget.ts'
import { Evaluation } from './evaluate.ts'
import { parseExpressionAt } from './parse.ts'
import type { Value } from './value.ts'

/**
 * One expression in two spellings: as people write it, and as V8 must be asked for the same thing. They differ where
 * the language says so: every `.` is `?.`, only own properties are seen, and dates turn into text in ISO form.
 */
interface Twin {
  ours: string
  v8: string
}

const data: { [root: string]: Json } = {
  trigger: {
    body: {
      qty: 3,
      price: 12.5,
      name: 'Ada Lovelace',
      empty: '',
      none: null,
      yes: true,
      big: 9007199254740991,
      tags: ['b', 'a', 'Ä', 'a'],
    },
    lines: [
      { id: 'x1', n: 2, price: 1.1 },
      { id: 'x2', n: 0, price: -4, note: null },
      { id: 'x3', n: 11, price: 1e21, inner: { n: [1, [2, [3]]] } },
    ],
  },
  item: { id: 'row', n: 7, text: 'a,b;c 😀 ß' },
  vars: { rate: 0.19, list: [3, 1, 20, null, '7'], deep: { a: { b: [true, false] } } },
}
const stepOutputs: { [id: string]: Json } = {
  price: { total: 21, currency: 'EUR', parts: [[1, 2], [3], []] },
  empty: null,
  words: ['to', 'be', '', 'or'],
}
const now = Date.UTC(2026, 2, 29, 0, 59, 59, 123)

// A twin made of twins: the pieces are put between the strings on both sides.
function twin(strings: TemplateStringsArray, ...parts: (Twin | string)[]): Twin {
  const join = (side: 'ours' | 'v8') => strings.reduce((text, string, index) => text + partText(parts[index - 1], side) + string)
  return { ours: join('ours'), v8: join('v8') }
}

function partText(part: Twin | string | undefined, side: 'ours' | 'v8'): string {
  return typeof part === 'string' ? part : (part?.[side] ?? '')
}

function list(parts: Twin[]): Twin {
  return { ours: parts.map(({ ours }) => ours).join(', '), v8: parts.map(({ v8 }) => v8).join(', ') }
}

const field = (object: Twin, name: string): Twin => ({
  ours: `(${object.ours}).${name}`,
  v8: `at(${object.v8}, () => ${JSON.stringify(name)})`,
})
const element = (object: Twin, key: Twin): Twin => ({
  ours: `(${object.ours})[${key.ours}]`,
  v8: `at(${object.v8}, () => ${key.v8})`,
})
const path = (text: string): Twin => ({ ours: text, v8: text.replaceAll('.', '?.') })
const method = (object: Twin, name: string, args: Twin[]): Twin => {
  const given = list(args)
  return { ours: `(${object.ours}).${name}(${given.ours})`, v8: `(${object.v8})?.${name}(${given.v8})` }
}

const names = [
  'body',
  'lines',
  'qty',
  'price',
  'name',
  'empty',
  'none',
  'tags',
  'n',
  'id',
  'inner',
  'list',
  'deep',
  'a',
  'total',
  'length',
  'constructor',
  '__proto__',
  'toString',
]
const texts = [
  '',
  'a',
  'b',
  'x1',
  'Ada',
  ' 12 ',
  '1e3',
  '-0',
  'äß',
  '😀',
  ',',
  '$&',
  "$'",
  'length',
  'constructor',
  '__proto__',
  '0',
  'true',
  '\u2028',
  '\ud800',
]
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '7',
  '-1',
  '0.5',
  '1e21',
  '-0',
  '1.005',
  '255',
  '2.5',
  '-1.5',
  'NaN',
  'Infinity',
  '4294967297',
  '1e-7',
]

const literal = fc.oneof(
  fc.constantFrom(...numbers).map((text) => twin`${text}`),
  fc.constantFrom(...texts).map((text) => twin`${JSON.stringify(text)}`),
  fc.constantFrom('true', 'false', 'null', 'undefined').map((text) => twin`${text}`),
)

const arithmetic = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'] as const
const comparisons = ['==', '!=', '===', '!==', '<', '<=', '>', '>='] as const
const textMethods: [name: string, ...kinds: Kind[]][] = [
  ['at', 'number'],
  ['charAt', 'number'],
  ['charCodeAt', 'number'],
  ['codePointAt', 'number'],
  ['concat', 'any', 'any'],
  ['endsWith', 'text', 'number'],
  ['includes', 'text', 'number'],
  ['indexOf', 'text', 'number'],
  ['lastIndexOf', 'text', 'number'],
  ['normalize'],
  ['padEnd', 'number', 'text'],
  ['padStart', 'number', 'text'],
  ['repeat', 'number'],
  ['replace', 'text', 'text'],
  ['replaceAll', 'text', 'text'],
  ['slice', 'number', 'number'],
  ['split', 'text', 'number'],
  ['split', 'text'],
  ['startsWith', 'text', 'number'],
  ['substring', 'number', 'number'],
  ['toLowerCase'],
  ['toString'],
  ['toUpperCase'],
  ['trim'],
  ['trimEnd'],
  ['trimStart'],
  ['valueOf'],
]
const listMethods: [name: string, ...kinds: Kind[]][] = [
  ['at', 'number'],
  ['concat', 'list', 'any'],
  ['flat'],
  ['flat', 'number'],
  ['includes', 'any'],
  ['includes', 'any', 'number'],
  ['indexOf', 'any'],
  ['indexOf', 'any', 'number'],
  ['join'],
  ['join', 'text'],
  ['lastIndexOf', 'any'],
  ['lastIndexOf', 'any', 'number'],
  ['slice'],
  ['slice', 'number', 'number'],
  ['toReversed'],
  ['toSorted'],
  ['toSpliced', 'number'],
  ['toSpliced', 'number', 'number', 'any', 'any'],
  ['toString'],
  ['with', 'number', 'any'],
]
const listWithFunction = ['every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'map', 'some'] as const
const oneNumber = [
  'abs',
  'cbrt',
  'ceil',
  'clz32',
  'exp',
  'floor',
  'fround',
  'log',
  'log10',
  'log2',
  'round',
  'sign',
  'sin',
  'sqrt',
  'trunc',
] as const
const dateMethods = [
  'getTime',
  'toISOString',
  'toJSON',
  'toString',
  'valueOf',
  'getUTCDay',
  'getUTCFullYear',
  'getUTCHours',
  'getUTCMonth',
  'getUTCDate',
] as const

type Kind = 'any' | 'text' | 'number' | 'list' | 'object'
type Expressions = { [K in Kind]: fc.Arbitrary<Twin> }

/** Expressions that may use some names of their own; within functions there are more of those. */
function expressions(locals: string[]): Expressions {
  const depthIdentifier = fc.createDepthIdentifier()
  const inner = locals.length < 4 ? expressionsWith([...locals, 'x', 'i']) : undefined
  const items = locals.length < 4 ? expressionsWith([...locals, 'item']) : undefined
  const roots = ['trigger', 'item', 'vars', 'now', 'steps.price', 'steps.empty', 'steps.words', 'steps.gone', ...locals]
  const root = fc.oneof(
    fc.constantFrom(...roots).map((text) => twin`${text}`),
    fc
      .constantFrom('trigger.body', 'trigger.lines', 'vars.list', 'steps.price.parts', 'item.text', 'trigger.body.tags')
      .map(path),
    fc.constantFrom('trigger.nope.deep', 'item.none.x', 'vars.a.b.c').map(path),
  )
  return fc.letrec<{ [K in Kind]: Twin }>((tie) => {
    const args = (kinds: Kind[]) => fc.tuple(...kinds.map((kind) => tie(kind)))
    const called = (target: Kind, table: [name: string, ...kinds: Kind[]][]) =>
      fc
        .constantFrom(...table)
        .chain(([name, ...kinds]) => fc.tuple(tie(target), args(kinds)).map(([object, given]) => method(object, name, given)))
    const withFunction = (body: Expressions | undefined) =>
      !body
        ? tie('list')
        : fc
            .tuple(tie('list'), fc.constantFrom(...listWithFunction), body.any)
            .map(([object, name, result]) => method(object, name, [arrow('(x, i)', result)]))
    const shared: fc.Arbitrary<Twin>[] = [
      fc.tuple(tie('object'), fc.constantFrom(...names)).map(([object, name]) => field(object, name)),
      fc.tuple(tie('any'), tie('any')).map(([object, key]) => element(object, key)),
      fc.tuple(tie('any'), tie('any'), tie('any')).map(([test, yes, no]) => twin`(${test} ? ${yes} : ${no})`),
      fc
        .tuple(tie('any'), fc.constantFrom('&&', '||', '??'), tie('any'))
        .map(([a, operator, b]) => twin`((${a}) ${operator} (${b}))`),
    ]
    const choose = (...own: fc.Arbitrary<Twin>[]) =>
      fc.oneof({ depthIdentifier, maxDepth: 5, withCrossShrink: true }, fc.oneof(literal, root), ...own)
    return {
      text: choose(
        called('text', textMethods),
        fc.array(tie('any'), { maxLength: 3 }).map((values) => ({ ours: template(values, 'ours'), v8: template(values, 'v8') })),
        tie('any').map((value) => twin`String(${value})`),
        tie('any').map((value) => twin`JSON.stringify(${value})`),
        tie('any').map((value) => twin`typeof (${value})`),
        tie('text').map((value) => twin`encodeURIComponent(${value})`),
        ...shared,
      ),
      number: choose(
        fc
          .tuple(tie('any'), fc.constantFrom(...arithmetic), tie('any'))
          .map(([a, operator, b]) => twin`(${a}) ${operator} (${b})`),
        fc
          .tuple(tie('number'), tie('number'), tie('number'), fc.constantFrom('+', '-', '*'), fc.constantFrom('*', '/', '%', '-'))
          .map(([a, b, c, first, second]) => twin`(${a}) ${first} (${b}) ${second} (${c})`),
        fc.tuple(tie('number'), tie('number')).map(([a, b]) => twin`(${a}) ** (${b})`),
        fc.tuple(fc.constantFrom('-', '+', '~'), tie('any')).map(([operator, value]) => twin`${operator}(${value})`),
        fc.tuple(fc.constantFrom(...oneNumber), tie('any')).map(([name, value]) => twin`Math.${name}(${value})`),
        fc
          .tuple(fc.constantFrom('max', 'min', 'pow', 'atan2', 'hypot'), tie('any'), tie('any'))
          .map(([name, a, b]) => twin`Math.${name}(${a}, ${b})`),
        tie('list').map((values) => twin`Math.max(...(${values}))`),
        fc
          .tuple(
            fc.constantFrom('Number', 'parseInt', 'parseFloat', 'isNaN', 'Number.isInteger', 'Boolean', 'Array.isArray'),
            tie('any'),
          )
          .map(([name, value]) => twin`${name}(${value})`),
        fc
          .tuple(tie('number'), fc.constantFrom('toFixed', 'toString', 'toPrecision', 'toExponential'), tie('number'))
          .map(([a, name, b]) => method(a, name, [b])),
        fc
          .tuple(tie('list'), inner?.any ?? tie('any'), tie('any'))
          .map(([values, body, first]) => method(values, 'reduce', inner ? [arrow('(x, i)', body), first] : [first])),
        ...shared,
      ),
      list: choose(
        called('list', listMethods),
        fc.array(fc.tuple(fc.boolean(), tie('any'), tie('list')), { maxLength: 4 }).map((entries) => {
          const parts = entries.map(([isSpread, value, values]) => (isSpread ? twin`...(${values})` : value))
          return twin`[${list(parts)}]`
        }),
        withFunction(inner),
        items
          ? fc.tuple(tie('list'), items.any).map(([values, body]) => method(values, 'map', [arrow('item', body)]))
          : tie('list'),
        inner ? fc.tuple(tie('list'), inner.any).map(([values, body]) => method(values, 'map', [fields(body)])) : tie('list'),
        inner
          ? fc.tuple(tie('list'), inner.any).map(([values, body]) => method(values, 'toSorted', [arrow('(x, i)', body)]))
          : tie('list'),
        fc
          .tuple(tie('list'), fc.constantFrom('String', 'Number', 'Boolean', 'parseInt'))
          .map(([values, name]) => method(values, 'map', [twin`${name}`])),
        fc.tuple(fc.constantFrom('keys', 'values', 'entries'), tie('any')).map(([name, value]) => twin`Object.${name}(${value})`),
        fc.tuple(fc.constantFrom('Array.from', 'Array.of'), tie('any')).map(([name, value]) => twin`${name}(${value})`),
        ...shared,
      ),
      object: choose(
        // V8 itself gets the order of keys wrong when a name is written twice.
        fc
          .uniqueArray(
            fc.tuple(
              fc.constantFrom('plain', 'computed', 'spread'),
              fc.constantFrom('a', 'b', 'n', '2', '1'),
              tie('any'),
              tie('any'),
            ),
            { maxLength: 4, selector: ([, name]) => name },
          )
          .map((entries) => {
            const parts = entries.map(([kind, name, key, value]) =>
              kind === 'spread'
                ? twin`...(${value})`
                : kind === 'computed'
                  ? twin`[${key}]: (${value})`
                  : twin`${name}: (${value})`,
            )
            return twin`({ ${list(parts)} })`
          }),
        inner
          ? fc
              .tuple(tie('list'), inner.any)
              .map(([values, body]) => grouped(twin`Object.groupBy(${values}, ${arrow('(x, i)', body)})`))
          : tie('object'),
        fc.tuple(tie('list')).map(([values]) => twin`Object.fromEntries(${values})`),
        tie('text').map((text) => twin`JSON.parse(${text})`),
        tie('number').map((number) => twin`new Date(Number(${number}))`),
        fc.constantFrom(...dateMethods).map((name) => method(twin`now`, name, [])),
        ...shared,
      ),
      any: choose(
        tie('text'),
        tie('number'),
        tie('list'),
        tie('object'),
        fc
          .tuple(tie('any'), fc.constantFrom(...comparisons), tie('any'))
          .map(([a, operator, b]) => twin`((${a}) ${operator} (${b}))`),
        tie('any').map((value) => twin`!(${value})`),
        fc
          .tuple(tie('object'), tie('any'))
          .map(([object, key]) => ({ ours: `((${key.ours}) in (${object.ours}))`, v8: `has(${key.v8}, ${object.v8})` })),
      ),
    }
  })
}

/** Built when first needed: functions within functions would otherwise be built without end. */
function expressionsWith(locals: string[]): Expressions {
  let built: Expressions | undefined
  const get = (kind: Kind) => fc.constant(undefined).chain(() => (built ??= expressions(locals))[kind])
  return { any: get('any'), text: get('text'), number: get('number'), list: get('list'), object: get('object') }
}

function arrow(params: string, body: Twin): Twin {
  return twin`${params} => (${body})`
}

/** In V8 what it gives can't be turned into text, having no prototype; here no object has one. */
function grouped(call: Twin): Twin {
  return { ours: call.ours, v8: `({ ...${call.v8} })` }
}

/** `({ id: x, n: i = 5 }) => …`; V8 would fail for what has no fields, where ours finds none. */
function fields(body: Twin): Twin {
  return {
    ours: `({ id: x, n: i = 5 }) => (${body.ours})`,
    v8: `(whole) => ((x, i = 5) => (${body.v8}))(at(whole, () => 'id'), at(whole, () => 'n'))`,
  }
}

function template(values: Twin[], side: 'ours' | 'v8'): string {
  return `\`${values.map((value, index) => `${['a ', '"\\n', '\\${'][index]}\${${value[side]}}`).join('')}\``
}

/** A value so that everything about it can be compared as JSON: what is undefined, -0, a date, the order of keys. */
function encode(value: unknown): unknown {
  if (value === undefined) return ['undefined']
  if (typeof value === 'number') return ['number', Object.is(value, -0) ? '-0' : String(value)]
  if (value instanceof Date) return ['date', String(value.getTime())]
  if (Array.isArray(value)) return ['list', Array.from(value, encode)]
  if (typeof value === 'object' && value !== null)
    return ['object', Object.entries(value).map(([key, member]) => [key, encode(member)])]
  return value
}

const oracle = `
${encode.toString()}
Date.prototype.toString = function () { return Number.isNaN(this.getTime()) ? 'Invalid Date' : this.toISOString() }
const at = (object, key) => {
  if (object === undefined || object === null) return undefined
  const name = key()
  return Object.hasOwn(Object(object), name) ? object[name] : undefined
}
const has = (key, object) => {
  if (typeof object !== 'object' || object === null) throw new TypeError()
  return Object.hasOwn(object, key)
}
const { trigger, item, vars } = ${JSON.stringify(data)}
const steps = ${JSON.stringify(stepOutputs)}
const now = new Date(${now})
const results = []
const run = (work) => { try { results.push({ value: encode(work()) }) } catch (error) { results.push({ error: String(error) }) } }
`

function askV8(sources: string[]): unknown[] {
  const program = `${oracle}${sources.map((source) => `run(() => (${source}))\n`).join('')}process.stdout.write(JSON.stringify(results))`
  const reply = execFileSync(process.execPath, ['--input-type=module'], {
    input: program,
    maxBuffer: 1024 ** 3,
    env: { TZ: 'Pacific/Auckland' },
  })
  const answers: unknown[] = JSON.parse(reply.toString())
  return answers
}

const scope = {
  root: (name: string) => (Object.hasOwn(data, name) ? JSON.stringify(data[name]) : undefined),
  step: (id: string) => (Object.hasOwn(stepOutputs, id) ? JSON.stringify(stepOutputs[id]) : undefined),
  run: { id: 'run_1', flowId: 'flow_1', version: 1, startedAt: '', resumeUrl: () => '', approvalUrl: () => '' },
  now,
}

function evaluate(source: string): Value {
  const { expression, end } = parseExpressionAt(source, 0)
  expect(end).toBe(source.length)
  return new Evaluation(scope, new Budget()).evaluate(expression)
}

/** What ours gives, or why not; undefined when only the budget was too small for it. */
function askOurs(source: string): { value: unknown } | { error: string } | undefined {
  try {
    return { value: encode(evaluate(source)) }
  } catch (error) {
    if (!isAppError(error)) throw error
    return /takes too long|builds more than|levels deep/.test(error.message) ? undefined : { error: error.message }
  }
}

interface Difference {
  source: string
  ours: unknown
  v8: unknown
}

test('30,000 generated expressions give what V8 gives', () => {
  const counts = { values: 0, failures: 0, beyondBudget: 0 }
  const compare = (source: string, v8: unknown): Difference[] => {
    const ours = askOurs(source)
    const isFailure = typeof v8 === 'object' && v8 !== null && 'error' in v8
    if (!ours) counts.beyondBudget++
    else if (isFailure) counts.failures++
    else counts.values++
    const isSame = !ours || (isFailure ? 'error' in ours : JSON.stringify(ours) === JSON.stringify(v8))
    return isSame ? [] : [{ source, ours, v8 }]
  }
  // In batches: starting a process costs more than five hundred expressions do. The shortest difference is the one to
  // read, which is why nothing is made smaller afterwards.
  fc.assert(
    fc.property(fc.array(expressions([]).any, { minLength: 500, maxLength: 500 }), (batch) => {
      const answers = askV8(batch.map(({ v8 }) => v8))
      const differences = batch.flatMap(({ ours }, index) => compare(ours, answers[index]))
      expect(differences.toSorted((a, b) => a.source.length - b.source.length).slice(0, 3)).toEqual([])
    }),
    { numRuns: 60, endOnFailure: true, seed: Number(process.env['DIFFERENTIAL_SEED'] ?? 20_260_329) },
  )
  // Most must have given a value: a comparison of failures alone would say little.
  expect(counts.values).toBeGreaterThan(20_000)
  expect(counts.beyondBudget).toBeLessThan(500)
})
