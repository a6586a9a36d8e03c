import { describe, expect, test } from 'vitest'
import { helpers } from './helpers.ts'
import type { ExpressionScope } from './scope.ts'
import { ExpressionSyntaxError, parseTemplate, renderTemplate } from './template.ts'

const scope: ExpressionScope = {
  root: (name) => (name === 'trigger' ? '{"n":5,"none":null,"list":[3,1,2],"rows":[{"n":2},{"n":null},{}]}' : undefined),
  step: () => undefined,
  run: { id: 'run_1', flowId: 'flow_1', version: 1, startedAt: '', resumeUrl: (id) => id, approvalUrl: (id) => id },
  now: Date.UTC(2026, 2, 31, 14, 5, 9, 7),
}
const give = (source: string) => renderTemplate(`{{ ${source} }}`, scope)

function syntaxErrorOf(text: string): ExpressionSyntaxError {
  try {
    parseTemplate(text)
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return error
    throw error
  }
  throw new Error(`"${text}" can be read`)
}

describe('what is not in the language is refused at its character, with what to do instead', () => {
  // ^ stands before the character that is pointed at.
  test.each<[marked: string, message: RegExp]>([
    ['{{ ^}}', /hole is empty/],
    ['{{ trigger.body^', /never closed/],
    ['{{ 1 +^', /stops too early/],
    ['{{ 1 + ^}}', /"}"/],
    ["{{ ^'abc }}", /never closed/],
    ['{{ 1 ^2 }}', /Close the hole/],
    ['x {{ ^foo.bar }}', /nothing called "foo"/],
    ['{{ ^this }}', /this means nothing/],
    ['{{ ^trigger = 1 }}', /not change one/],
    ['{{ [1].map(x => ^x++) }}', /not change one/],
    ['{{ ^x => x }}', /only where one is asked for/],
    ['{{ [1].map(x => ^y => y) }}', /only where one is asked for/],
    ['{{ [1].map(x => ^{ return x }) }}', /Leave out the braces/],
    ['{{ [1].map(^async x => x) }}', /cannot wait/],
    ['{{ [1].map(^function (x) { return x }) }}', /arrow functions/],
    ['{{ [1].at(^x => x) }}', /at takes no function/],
    ['{{ ^/a+/ }}', /Patterns are not part.*code step/],
    ['{{ "a".^match("b") }}', /Patterns are not part/],
    ['{{ ^10n }}', /code step/],
    ['{{ ^new Map() }}', /Only new Date/],
    ['{{ ^`x` }} {{ ^foo`x` }}', /Tagged/],
    ['{{ ^1, 2 }}', /only one of these/],
    ['{{ ^await trigger }}', /cannot wait/],
    ['{{ ^import("fs") }}', /cannot import/],
    ['{{ ^delete trigger.body }}', /delete is not part/],
    ['{{ ^trigger instanceof trigger }}', /instanceof is not part/],
    ['{{ ^[1,,2] }}', /missing between two commas/],
    ['{{ ({ ^get x() { return 1 } }) }}', /values, not functions/],
    ['{{ ({ ^__proto__: trigger }) }}', /can't|cannot be called __proto__/],
    ['{{ ^steps }}', /Name one step/],
    ['{{ ^Math }}', /Math\.…/],
    ['{{ [^parseInt] }}', /parseInt\(…\)/],
    ['{{ Math.^PIE }}', /nothing of that name/],
    ['{{ Math.^foo(1) }}', /Math\.foo is not part/],
    ['{{ ^Math.random() }}', /nothing is random/],
    ['{{ ^Date.now() }}', /Use now/],
    ['{{ ^eval("1") }}', /no function called "eval"/],
    ['{{ ^tonumber("1") }}', /Did you mean toNumber\?/],
    ['{{ "a".^touppercase() }}', /Did you mean toUpperCase\?/],
    ['{{ trigger.list.^sort() }}', /toSorted/],
    ['{{ trigger.list.^push(1) }}', /\[\.\.\.list, value\]/],
    ['{{ now.^getHours() }}', /formatDate/],
    ['{{ now.^setUTCDate(1) }}', /changes the date/],
    ['{{ trigger.list[^"map"](x => x) }}', /after a dot/],
    ['{{ (^x => x)(1) }}', /not a function that can be called/],
    ['{{ "a".^constructor("b") }}', /not something a hole can call/],
  ])('%s', (marked, message) => {
    const offset = marked.lastIndexOf('^')
    const error = syntaxErrorOf(marked.replaceAll('^', ''))
    expect(error.message).toMatch(message)
    const before = marked.slice(0, offset).replaceAll('^', '')
    expect(error.offset).toBe(before.length)
  })
})

describe('what JavaScript would fail for', () => {
  test.each<[source: string, gives: string]>([
    ['trigger.none.x.y', 'null'],
    ['trigger.none[trigger.gone.x]', 'null'],
    ['trigger.gone.trim().length', 'null'],
    ['trigger.rows.map(row => row.n.toFixed(1))', '["2.0",null,null]'],
    ['[null].map(({ a: { b } }) => b ?? 0)', '[0]'],
    ['[[1, 2], null].map(([a, b]) => [b, a])', '[[2,1],[null,null]]'],
  ])('%s gives %s', (source, gives) => expect(give(source)).toBe(gives))

  test.each<[source: string, message: RegExp]>([
    ['trigger.n.trim()', /trim does not work on a number\./],
    ['trigger.list.toUpperCase()', /toUpperCase does not work on a list\./],
    ['trigger.list.map(5)', /map needs a function such as x => x\.name, but got a number\./],
    ['[].reduce((a, b) => a + b)', /needs a value to start with/],
    ['[...trigger.none]', /a list is needed, but this is nothing/],
    ['"a" in "abc"', /in looks for a field, but found text/],
    ['"a".repeat(-1)', /0 or more/],
    ['(5).toFixed(200)', /toFixed cannot do this/],
    ['decodeURIComponent("%")', /decodeURIComponent cannot do this: URI malformed/],
    ['JSON.parse("{")', /This text is not JSON/],
    ['new Date("x").toISOString()', /toISOString cannot do this/],
    ['new Date()', /Use now/],
    ['new Date("2026-01-01T10:00")', /does not say its time zone/],
  ])('%s', (source, message) => expect(() => give(source)).toThrow(message))
})

describe('helpers', () => {
  test.each(helpers.map((helper) => [helper.example.source, helper.example.gives, helper] as const))(
    '%s gives %s',
    (source, gives, helper) => {
      expect(give(source)).toBe(gives)
      expect(helper.usage).toMatch(new RegExp(`^${helper.name}\\(`))
    },
  )

  test.each<[source: string, gives: string]>([
    ['split(trigger.gone)', '[]'],
    ['split("a; b", ";")', '["a","b"]'],
    ['join(trigger.gone)', '""'],
    ['truncate("short", 10)', '"short"'],
    ['ifEmpty(trigger.none, "x")', '"x"'],
    ['ifEmpty(0, "x")', '0'],
    ['[isEmpty([]), isEmpty({}), isEmpty(0), isEmpty({ a: 1 })]', '[true,true,false,false]'],
    ['toNumber("1.250,50 €", ",")', '1250.5'],
    ['toNumber("-3")', '-3'],
    ['toNumber("(−12 %)")', '-12'],
    ['toNumber("1e3")', '1000'],
    ['toNumber("0.1")', '0.1'],
    ['toNumber("")', 'null'],
    ['toNumber(true)', '1'],
    ['formatNumber(1234567.891)', '"1,234,567.891"'],
    ['formatNumber(-0.004, 2)', '"0.00"'],
    ['formatNumber(-1234.5, 1, ".", ",")', '"-1.234,5"'],
    ['formatNumber(1e21)', '"1e+21"'],
    ['round(1.005, 2)', '1.01'],
    ['round(-2.5)', '-3'],
    ['toDate("2026-03-31")', '"2026-03-31T00:00:00.000Z"'],
    ['toDate("2026-03-31 10:00")', '"2026-03-31T10:00:00.000Z"'],
    // Half an hour that clocks skip, and one they show twice.
    ['toDate("2026-03-29T02:30", "Europe/Berlin")', '"2026-03-29T01:30:00.000Z"'],
    ['toDate("2026-10-25T02:30", "Europe/Berlin")', '"2026-10-25T01:30:00.000Z"'],
    ["formatDate(now, \"yy M d H m s SSS a hh EEEE MMMM 'at' ''\")", `"26 3 31 14 5 9 007 PM 02 Tuesday March at '"`],
    ['formatDate(0, "yyyy-MM-dd HH:mm", "America/New_York")', '"1969-12-31 19:00"'],
    ['addTime("2024-02-29", 1, "years")', '"2025-02-28T00:00:00.000Z"'],
    ['addTime("2026-03-28T12:00:00Z", 1, "day", "Europe/Berlin")', '"2026-03-29T11:00:00.000Z"'],
    ['addTime(0, -90, "minutes")', '"1969-12-31T22:30:00.000Z"'],
    ['timeBetween("2026-01-01", "2026-01-02", "hours")', '24'],
    ['unique(trigger.rows, row => row.n ?? 0).length', '2'],
    ['sortBy(trigger.rows, "n", "descending")', '[{"n":2},{"n":null},{}]'],
    ['sortBy(["b", "a"])', '["a","b"]'],
    ['sumBy(trigger.rows, "n")', '2'],
    ['sumBy(trigger.gone)', '0'],
    ['averageBy([])', 'null'],
    ['count(trigger.gone)', '0'],
    ['getField({ a: [{ b: 1 }] }, "a.0.b")', '1'],
    ['getField({}, "constructor.name", "none")', '"none"'],
    ['hasField({}, "toString")', 'false'],
    ['[" a ", "b"].map(String).map(capitalize)', '[" a ","B"]'],
  ])('%s gives %s', (source, gives) => expect(give(source)).toBe(gives))

  test.each<[source: string, message: RegExp]>([
    ['toNumber("12 of 15")', /found no number/],
    ['toNumber("abc")', /found no number/],
    ['sumBy(["x"])', /entry 1 is not a number/],
    ['formatDate("yesterday")', /not a date/],
    ['formatDate(now, "HH", "Mars/Olympus")', /no time zone called "Mars\/Olympus"/],
    ['timeBetween(now, now, "moons")', /The unit is one of/],
    ['unique("text")', /unique works on a list/],
  ])('%s', (source, message) => expect(() => give(source)).toThrow(message))
})
