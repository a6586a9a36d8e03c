import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { newField } from '../form-fields/edit-fields.ts'
import { askedBy, askedIn, askedKinds } from './input-model.ts'

test('what is asked for is written as a schema, and read from it again', () => {
  const fields = [
    { id: 'customer', label: 'Customer', type: 'text', required: true, help: 'As on the invoice' },
    { id: 'amount', label: 'Amount', type: 'number', default: 3 },
    { id: 'due', label: 'Due', type: 'date' },
    { id: 'call', label: 'Call', type: 'dateTime', default: '2030-01-31T09:00:00.000Z' },
    { id: 'plan', label: 'Plan', type: 'choice', options: ['small', 'big'] },
    { id: 'extras', label: 'Extras', type: 'choices', options: ['Box'] },
    { id: 'sure', label: 'Sure', type: 'boolean', required: true },
  ]
  const input = {
    type: 'object',
    properties: {
      customer: { type: 'string', title: 'Customer', description: 'As on the invoice' },
      amount: { type: 'number', title: 'Amount', default: 3 },
      due: { type: 'string', format: 'date', title: 'Due' },
      call: { type: 'string', format: 'date-time', title: 'Call', default: '2030-01-31T09:00:00.000Z' },
      plan: { type: 'string', title: 'Plan', enum: ['small', 'big'] },
      extras: { type: 'array', title: 'Extras', items: { type: 'string', enum: ['Box'] } },
      sure: { type: 'boolean', title: 'Sure', const: true },
    },
    required: ['customer', 'sure'],
  }
  expect(askedBy(fields)).toEqual(input)
  expect(askedIn(input)).toEqual(fields)
  expect(askedIn(undefined)).toEqual([])
  expect(askedBy([])).toBeUndefined()
})

test('a new field of every kind can be drawn again', () => {
  const fields = askedKinds.map((type) => newField(type, []))
  expect(askedIn(askedBy(fields))).toEqual(fields)
})

test('a number that a field begins with is one as soon as it reads like one', () => {
  const begins = (begin: string) => askedBy([{ id: 'a', type: 'number', default: begin }])?.['properties']
  expect(begins('12')).toEqual({ a: { type: 'number', default: 12 } })
  expect(begins('12.')).toEqual({ a: { type: 'number', default: '12.' } })
  expect(begins('-')).toEqual({ a: { type: 'number', default: '-' } })
})

test.each<[string, Json]>([
  ['another type', { type: 'object', properties: { count: { type: 'integer' } } }],
  ['a group inside', { type: 'object', properties: { at: { type: 'object', properties: {} } } }],
  ['a rule of its own', { type: 'object', properties: { name: { type: 'string', maxLength: 5 } } }],
  ['more than fields', { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false }],
  ['something required that is not asked for', { type: 'object', properties: {}, required: ['name'] }],
  ['no schema', [1]],
])('what was written by hand with %s stays as it is', (_what, input) => {
  expect(askedIn(input)).toBeUndefined()
})
