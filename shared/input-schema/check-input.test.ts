import { expect, test } from 'vitest'
import type { Json } from '../json.ts'
import { checkInput } from './check-input.ts'

const matches = (pattern: string, text: string) => new RegExp(pattern, 'u').test(text)
const wrong = (input: Json, schema: Json) =>
  checkInput(input, schema, matches).map(({ path, message }) => `${path.join('.')}: ${message}`)

const order: Json = {
  type: 'object',
  required: ['customer', 'qty'],
  properties: {
    customer: { type: 'string', minLength: 1 },
    qty: { type: 'integer', minimum: 1, default: 2 },
    plan: { enum: ['small', { size: 9 }] },
    codes: { type: 'array', items: { type: 'string', pattern: '^[A-Z]{2}$' }, uniqueItems: true, maxItems: 3 },
    to: { $ref: '#/$defs/place' },
  },
  additionalProperties: false,
  $defs: {
    place: { type: 'object', required: ['city'], properties: { city: { type: 'string' }, via: { $ref: '#/$defs/place' } } },
  },
}

test('what fits is let through', () => {
  expect(wrong({ customer: 'Nimbus', qty: 1 }, order)).toEqual([])
  expect(
    wrong(
      { customer: 'Ünal', qty: 2, plan: { size: 9 }, codes: ['AB', 'CD'], to: { city: 'Bern', via: { city: 'Basel' } } },
      order,
    ),
  ).toEqual([])
})

test('what doesn’t is named, each by its place', () => {
  expect(wrong({ customer: '', qty: 1.5, plan: 'huge', codes: ['AB', 'x'], to: { via: {} }, more: 1 }, order)).toEqual([
    'customer: Is empty. Fill it in',
    'qty: Must be a whole number',
    'plan: Must be one of "small", {"size":9}',
    'codes.1: Must fit the pattern ^[A-Z]{2}$',
    'to.city: Is missing. Fill it in',
    'to.via.city: Is missing. Fill it in',
    'more: Isn’t asked for here. Leave it out',
  ])
  expect(wrong({}, order)).toEqual(['customer: Is missing. Fill it in', 'qty: Is missing. Fill it in'])
  expect(wrong(null, order)).toEqual([': Must be a group of named values'])
})

test.each<[Json, Json, boolean]>([
  [{ type: ['string', 'null'] }, null, true],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, true, false],
  [{ oneOf: [{ type: 'number' }, { minimum: 3 }] }, 2, true],
  [{ oneOf: [{ type: 'number' }, { minimum: 3 }] }, 4, false],
  [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }, false],
  [{ not: { type: 'string' } }, 'x', false],
  [{ not: { type: 'string' } }, 1, true],
  [{ if: { required: ['ship'] }, then: { required: ['city'] }, else: { required: ['email'] } }, { ship: 1, city: 'x' }, true],
  [{ if: { required: ['ship'] }, then: { required: ['city'] }, else: { required: ['email'] } }, { ship: 1 }, false],
  [{ if: { required: ['ship'] }, then: { required: ['city'] }, else: { required: ['email'] } }, {}, false],
  [{ const: { a: [1] } }, { a: [1] }, true],
  [{ multipleOf: 0.1 }, 0.3, true],
  [{ multipleOf: 2 }, 3, false],
  [{ exclusiveMinimum: 0, exclusiveMaximum: 5 }, 5, false],
  [{ maxLength: 2 }, '😀😀', true],
  [{ prefixItems: [{ type: 'string' }], items: false }, ['a'], true],
  [{ prefixItems: [{ type: 'string' }], items: false }, ['a', 1], false],
  [{ patternProperties: { '^x-': { type: 'string' } }, additionalProperties: { type: 'number' } }, { 'x-a': 'b', c: 1 }, true],
  [{ patternProperties: { '^x-': { type: 'string' } }, additionalProperties: { type: 'number' } }, { 'x-a': 1 }, false],
  [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, false],
  [{ minProperties: 1 }, {}, false],
  [true, 1, true],
  [false, 1, false],
])('%j of %j: %j', (schema, input, fits) => {
  expect(checkInput(input, schema, matches).length === 0).toBe(fits)
})

test('a schema that makes no sense asks for nothing, and one without an end is not followed', () => {
  const senseless: Json[] = [
    'x',
    [],
    { type: 'foo' },
    { properties: 7, required: 'x', enum: 1 },
    { $ref: 'https://example.com/s' },
  ]
  for (const odd of senseless) expect(wrong({ a: 1 }, odd)).toEqual([])
  expect(wrong({}, { $ref: '#' })).toEqual([': Too much to be checked against what the start asks for'])
  const twice: Json = {
    $ref: '#/$defs/a',
    $defs: { a: { anyOf: [{ items: { $ref: '#/$defs/a' } }, { items: { $ref: '#/$defs/a' }, not: {} }] } },
  }
  let deep: Json = 1
  for (let level = 0; level < 150; level++) deep = [deep]
  expect(wrong(deep, twice)).toEqual([': Too much to be checked against what the start asks for'])
})
