import { expect, test } from 'vitest'
import type { Json } from './json.ts'
import type { ParamSchema } from './manifest.ts'
import { checkParams } from './params-check.ts'

const check = (value: Json, schema: ParamSchema) =>
  checkParams({ value }, { type: 'object', properties: { value: { title: 'Value', ...schema } } }).map(
    ({ param, message }) => `${param}: ${message}`,
  )

test.each<[value: Json, schema: ParamSchema, problem: string | undefined]>([
  ['x', { type: 'string' }, undefined],
  [1, { type: 'string' }, 'value: "Value" must be text.'],
  [1.5, { type: 'integer' }, 'value: "Value" must be a whole number.'],
  [null, { type: ['string', 'null'] }, undefined],
  [[], { type: 'object' }, 'value: "Value" must be a group of named values.'],
  [3, { type: 'number', minimum: 5 }, 'value: "Value" must be 5 or more.'],
  [3, { type: 'number', exclusiveMaximum: 3 }, 'value: "Value" must be less than 3.'],
  ['abc', { type: 'string', maxLength: 2 }, 'value: "Value" has more than 2 characters.'],
  ['a b', { type: 'string', pattern: '^\\w+$', placeholder: 'orders' }, 'value: "Value" must look like "orders".'],
  [[], { type: 'array', minItems: 1 }, 'value: "Value" needs at least 1 entry.'],
  [[1, 'x'], { type: 'array', items: { type: 'number' } }, 'value.1: "x" in "Value" must be a number.'],
  [['a', 2], { type: 'array', items: { type: 'string' } }, 'value.1: Number 2 of "Value" must be text.'],
  [
    [{ id: 'mail', label: 'Your e-mail', type: 'post' }],
    { type: 'array', items: { properties: { type: { title: 'Kind', enum: ['text'] } } } },
    'value.0.type: "Kind" of "Your e-mail" must be one of "text".',
  ],
  [
    [{ label: '' }, { label: 'Two' }],
    { type: 'array', items: { properties: { label: { title: 'Label', minLength: 1 } }, required: ['label'] } },
    'value.0.label: "Label" of number 1 of "Value" is empty. Fill it in.',
  ],
  [
    [{ id: 'late', when: '' }],
    { type: 'array', items: { properties: { when: { title: 'When', condition: true } } } },
    'value.0.when: "When" of "late" is empty. Write a condition such as {{ trigger.body.amount > 100 }}.',
  ],
  [[{ label: 'One' }], { type: 'array', items: { type: 'string' } }, 'value.0: "One" in "Value" must be text.'],
  [{ a: 1 }, { type: 'object', additionalProperties: { type: 'string' } }, 'value.a: "a" must be text.'],
  [
    { __proto__: 1, constructor: 1 },
    { type: 'object', additionalProperties: false },
    'value.constructor: There is no setting called "constructor" here; it has no effect. Remove it.',
  ],
  [5, { anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'value: "Value" must be text or true or false.'],
  [-1, { anyOf: [{ type: 'number', minimum: 0 }, { type: 'string' }] }, 'value: "Value" must be 0 or more.'],
  [
    { kind: 'b' },
    {
      anyOf: [
        { properties: { kind: { const: 'a' } } },
        { properties: { kind: { const: 'b' }, n: { title: 'N' } }, required: ['kind', 'n'] },
      ],
    },
    'value.n: "N" is missing. Fill it in.',
  ],
  // Holes stand for any value, but only where they may be.
  ['{{ trigger.body }}', { type: 'number', expression: true }, undefined],
  ['{{ trigger.body }}', { type: 'number' }, 'value: "Value" must be a number.'],
  [
    { a: ['{{ x }}'] },
    { type: 'object', expression: true, additionalProperties: { type: 'array', items: { type: 'number' } } },
    undefined,
  ],
  ['{{ a }}', { condition: true }, undefined],
  [true, { condition: true }, undefined],
  [
    'a',
    { condition: true },
    'value: "Value" is true, false or one single hole, such as {{ trigger.body.amount > 100 }}, with nothing before or after it.',
  ],
  ['', { condition: true }, 'value: "Value" is empty. Write a condition such as {{ trigger.body.amount > 100 }}.'],
  [
    '5x',
    { control: 'duration' },
    'value: "Value" is not a length of time. Write it like 30s, 10m, 2h or 3d, 5 years at the most.',
  ],
  [
    '2026-01-01T10:00',
    { type: 'string', control: 'dateTime' },
    'value: "Value" is not a date and time that can be read. Write it like 2026-12-24T18:00:00Z.',
  ],
  ['2026-01-01T10:00:00+02:00', { type: 'string', control: 'dateTime' }, undefined],
])('%j as %j', (value, schema, problem) => expect(check(value, schema)).toEqual(problem === undefined ? [] : [problem]))

test('a param with a default is never missing', () => {
  expect(checkParams({}, { properties: { a: { default: 1 }, b: { title: 'B' } }, required: ['a', 'b'] })).toEqual([
    { severity: 'error', param: 'b', code: 'missing_param', message: '"B" is missing. Fill it in.' },
  ])
})
