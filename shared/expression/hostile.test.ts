import { describe, expect, test } from 'vitest'
import { isAppError } from '../errors.ts'
import type { ExpressionScope } from './scope.ts'
import { ExpressionSyntaxError, renderTemplate, templatePieces } from './template.ts'

/** Data as a stranger may send it, several megabytes of it. */
const long = 'a'.repeat(3_000_000)
const payload = JSON.stringify({
  long,
  other: `${long.slice(1)}b`,
  needle: `b${'a'.repeat(100_000)}`,
  rows: Array.from({ length: 50_000 }, (_, id) => ({ id, name: `name ${id}` })),
  tags: Array.from({ length: 1000 }, (_, id) => `tag ${id}`),
})
const scope: ExpressionScope = {
  root: (name) => (name === 'trigger' ? payload : undefined),
  step: () => undefined,
  run: { id: 'run_1', flowId: 'flow_1', version: 1, startedAt: '', resumeUrl: (id) => id, approvalUrl: (id) => id },
  now: 0,
}
const give = (source: string) => renderTemplate(`{{ ${source} }}`, { ...scope })
const doubled = `[0]${'.map(a => [a, a])'.repeat(60)}`

describe('an expression cannot hold up the process', () => {
  test.each([
    ['a text repeated', "'a'.repeat(1e9)"],
    ['a text repeated bit by bit', "'ab'.repeat(500000).repeat(2)"],
    ['padding', "'a'.padStart(1e9, 'b')"],
    ['spreads that double', `[0]${'.map(a => [...a, ...a])'.repeat(60).replace('map(a => [...a, ...a])', 'map(a => [a, a])')}`],
    ['a list that holds itself twice, written out', doubled],
    ['the same, joined', `(${doubled}).join()`],
    ['the same, compared', `(${doubled}) == 'x'`],
    ['the same, as a name', `({})[${doubled}]`],
    ['the same, flattened', `(${doubled}).flat(Infinity)`],
    ['the same, sorted', `[${doubled}, 1].toSorted()`],
    ['the same, as JSON', `JSON.stringify(${doubled})`],
    ['loops in loops in loops', 'trigger.rows.map(a => trigger.rows.map(b => trigger.rows.map(c => 1)))'],
    ['a text that doubles', "trigger.rows.reduce((text, row) => text + text, 'x')"],
    ['a long search in long text', 'trigger.long.includes(trigger.needle)'],
    ['many searches in long text', "trigger.tags.map(tag => trigger.long.indexOf('ab'))"],
    ['cutting long text', "trigger.long.split('')"],
    ['replacing by what stands before and behind', "'a'.repeat(2000).replaceAll('a', \"$`$'\")"],
    ['replacing nothing everywhere', "trigger.long.replaceAll('', 'xx')"],
    ['many comparisons of long text', 'trigger.rows.filter(row => trigger.long === trigger.other)'],
    ['many orderings of long text', 'trigger.rows.filter(row => trigger.long < trigger.other)'],
    ['long text as a name, many times', "trigger.rows.map(row => row[trigger.long + 'x'])"],
    ['long text in upper case, many times', 'trigger.rows.map(row => trigger.long.toUpperCase())'],
    ['long text read as a number, many times', 'trigger.rows.map(row => Number(trigger.long))'],
    ['long text written into text', `\`${'${trigger.long}'.repeat(20)}\``],
    ['a list made of a number', 'Array.from({ length: 4294967295 })'],
    ['a range', 'range(1e9)'],
    ['a value nested without end', 'trigger.rows.reduce((all, row) => [all], [])'],
    ['a value nested without end, as text', "trigger.rows.reduce((all, row) => [all], []) + ''"],
    ['JSON nested without end', "JSON.parse('['.repeat(100000) + ']'.repeat(100000))"],
    ['JSON of many lists', "JSON.parse('[' + '[],'.repeat(340000) + '0]').length"],
    ['indents', 'JSON.stringify(trigger.rows, null, 10)'],
    ['a long pattern for dates', "formatDate(now, 'yyyy'.repeat(300000))"],
    ['time zones, many times', "trigger.rows.map(row => formatDate(now, 'HH', 'Europe/Berlin'))"],
    ['sorting long texts', 'trigger.rows.map(row => trigger.long).toSorted()'],
    ['sorting by long texts', 'sortBy(trigger.rows.map(row => trigger.long))'],
  ])('%s', (_, source) => {
    const started = performance.now()
    expect(() => give(source)).toThrow(
      expect.toSatisfy((error: unknown) => isAppError(error) && error.code === 'expression_error'),
    )
    // A guard against hanging, not a measurement: all of them take well under a second on a quiet machine.
    expect(performance.now() - started).toBeLessThan(120_000)
  })

  test('but ordinary work on much data is fine', () => {
    expect(give('trigger.rows.filter(row => row.id % 2 === 0).length')).toBe('25000')
    expect(give('sumBy(trigger.rows, "id")')).toBe('1249975000')
    expect(give("trigger.rows.slice(0, 2000).reduce((text, row) => text + row.name + ', ', '').length")).toBe('20890')
    expect(give('Object.keys(trigger.rows.slice(0, 900).reduce((all, row) => ({ ...all, [row.id]: row }), {})).length')).toBe(
      '900',
    )
    expect(give('Math.max(...trigger.rows.map(row => row.id))')).toBe('49999')
  })
})

describe('an expression sees nothing but its data', () => {
  test.each([
    "''.constructor",
    "[]['constructor']",
    '({}).__proto__',
    "''['constructor']['constructor']",
    '(5).constructor',
    'now.constructor',
    'trigger.constructor',
    'trigger.__proto__.polluted',
    'trigger.rows.constructor',
    'trigger.rows.map',
    "trigger.rows['map']",
    "'abc'.toUpperCase",
    'steps.__proto__',
    "steps['constructor']",
    "steps['__proto__'].x",
    'loops.__proto__',
    'vars.constructor',
    'run.constructor',
    'run.resumeUrl',
    'run.__proto__',
    "JSON.parse('{}').constructor",
    'JSON.parse(\'{"__proto__":{"x":1}}\').x',
    "({ ['__proto__']: { x: 1 } }).x",
    "Object.fromEntries([['__proto__', { x: 1 }]]).x",
    '({ ...JSON.parse(\'{"__proto__":{"x":1}}\') }).x',
    "groupBy([{ x: 1 }], row => '__proto__').x",
    'pick(JSON.parse(\'{"__proto__":{"x":1}}\'), \'__proto__\').x',
    "getField([], 'constructor.constructor')",
    '[1].map(({ constructor }) => constructor)[0]',
    'Object.groupBy([1], x => x).constructor',
  ])('%s is nothing', (source) => expect(give(source)).toBe('null'))

  test.each([
    'globalThis',
    'process',
    'require("fs")',
    'Function("return 1")()',
    'Object.getPrototypeOf(trigger)',
    'Object.assign(trigger, {})',
    'Object.defineProperty({}, "a", {})',
    'Reflect.ownKeys({})',
    'Symbol.iterator',
    'trigger.rows.map.call(1)',
    "''.constructor('x')",
    '[].constructor.from([])',
    'Array.prototype',
    'arguments',
    'new.target',
    'import.meta',
    'Math.constructor("x")',
    'JSON.constructor',
    'this.constructor',
    'trigger.rows.push(1)',
    'trigger.rows.sort()',
    'trigger.x = 1',
    'delete trigger.x',
    'globalThis = 1',
    'String.raw`x`',
    'String.fromCharCode(1)',
    'Promise.resolve(1)',
    'setTimeout(1)',
    'new Proxy({}, {})',
    'new Array(1e9)',
    'new Function("x")',
    'class { }',
    'x?.y',
    'super.x',
  ])('%s is not in the language', (source) => expect(() => give(source)).toThrow(ExpressionSyntaxError))

  test('and never changes it', () => {
    const shared = { ...scope, root: () => '{"list":[3,1,2],"o":{"a":1}}' }
    const render = (source: string) => renderTemplate(`{{ ${source} }}`, shared)
    for (const work of [
      'concat(trigger.list, 4)',
      'toSorted()',
      'toReversed()',
      'toSpliced(0, 1)',
      'with(0, 9)',
      'flat()',
      'slice()',
      'flatMap(x => x)',
    ]) {
      render(`[trigger.list.${work}, trigger.list.filter(x => true).concat([1]), { ...trigger.o, a: 2 }]`)
      expect(render('[trigger.list, trigger.o]')).toBe('[[3,1,2],{"a":1}]')
    }
  })

  test('makes groups under any name', () => {
    expect(give("groupBy([1], x => '__proto__')")).toBe('{"__proto__":[1]}')
    expect(give("({ ['__proto__']: 1 })")).toBe('{"__proto__":1}')
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })
})

describe('text cannot hold up the reader', () => {
  test.each<[what: string, source: string]>([
    ['parentheses', `${'('.repeat(9000)}1${')'.repeat(9000)}`],
    ['lists', `${'['.repeat(9000)}${']'.repeat(9000)}`],
    ['groups of fields', `${'{a:'.repeat(6000)}1${'}'.repeat(6000)}`],
    ['nots', `${'!'.repeat(19_000)}1`],
    ['choices', `${'1?'.repeat(6000)}1${':1'.repeat(6000)}`],
    ['sums', `1${'+1'.repeat(9000)}`],
    ['fields', `trigger${'.a'.repeat(9000)}`],
    ['calls', `trigger${'.at(0)'.repeat(3000)}`],
    ['functions', `${'[1].map(x => '.repeat(1400)}1${')'.repeat(1400)}`],
    ['patterns', `[1].map((${'['.repeat(9000)}a${']'.repeat(9000)}) => 1)`],
    ['templates', `${'`${'.repeat(4000)}1${'}`'.repeat(4000)}`],
    ['digits', '1'.repeat(1_000_000)],
  ])('%s', (_, source) => expect(() => give(source)).toThrow(/too deeply|too long/))

  test('nor do many holes, whole or broken', () => {
    for (const text of ['{{ 1 }}', '{{', '{{ a ', "{{ '", '{{ `', '{{ /*', '{{ a b }}', '}}', '{{}}']) {
      const started = performance.now()
      templatePieces(text.repeat(30_000))
      expect(performance.now() - started).toBeLessThan(120_000)
    }
  })
})
