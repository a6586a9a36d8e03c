import { expect, test } from 'vitest'
import { beginWith, inputProblems, numberOr, startFields } from './start-fields.ts'

const order = {
  type: 'object',
  required: ['customer', 'qty'],
  properties: {
    note: { type: 'string', title: 'A note', description: 'Goes on the parcel' },
    customer: { type: 'string', minLength: 1 },
    qty: { type: 'integer', minimum: 1, default: 2 },
    plan: { enum: ['small', 'big'] },
    extras: { type: 'array', items: { enum: ['box', 'card'] } },
    gift: { type: 'boolean' },
    due: { type: 'string', format: 'date' },
    call: { type: 'string', format: 'date-time' },
    to: { type: 'object', properties: { city: { type: 'string' } } },
    any: {},
  },
}

test('each thing a start names has a field of its kind, with its words, the needed ones first', () => {
  const fields = startFields(order)
  expect(fields.map(({ name, kind, label }) => [name, kind, label])).toEqual([
    ['customer', 'text', 'Customer'],
    ['note', 'text', 'A note'],
    ['qty', 'number', 'Qty'],
    ['plan', 'choice', 'Plan'],
    ['extras', 'choices', 'Extras'],
    ['gift', 'yesNo', 'Gift'],
    ['due', 'day', 'Due'],
    ['call', 'dateTime', 'Call'],
    ['to', 'group', 'To'],
    ['any', 'value', 'Any'],
  ])
  expect(beginWith(fields)).toEqual({ qty: 2, gift: false, to: {} })
})

test('one that must be ticked is asked for, and says so when it is not', () => {
  const schema = { type: 'object', properties: { sure: { type: 'boolean', const: true } }, required: ['sure'] }
  expect(startFields(schema).map(({ name, kind }) => [name, kind])).toEqual([['sure', 'yesNo']])
  expect([...inputProblems(schema, beginWith(startFields(schema))).keys()]).toEqual(['sure'])
  expect(inputProblems(schema, { sure: true })).toEqual(new Map())
})

test('what is missing or of the wrong kind is said of its field', () => {
  const problems = inputProblems(order, { qty: numberOr('many') ?? null, plan: 'huge' })
  expect([...problems.keys()].toSorted()).toEqual(['customer', 'plan', 'qty'])
  expect(problems.get('customer')).toContain('Fill it in')
  expect(inputProblems(order, { customer: 'Nimbus', qty: numberOr('1,0') ?? null })).toEqual(new Map())
})

test('a schema anybody wrote is read without harm', () => {
  for (const odd of [
    undefined,
    null,
    'x',
    [],
    { properties: 7 },
    { required: 'x' },
    { properties: { a: null, b: [] } },
    { $ref: '#/x' },
  ]) {
    expect(() => beginWith(startFields(odd))).not.toThrow()
    expect(() => inputProblems(odd, { a: 1 })).not.toThrow()
  }
  // Text with braces is text here, and is never taken for a formula.
  const asFormula = { properties: { a: { type: 'number', expression: true } } }
  expect(inputProblems(asFormula, { a: '{{ 1 }}' }).has('a')).toBe(true)
})
