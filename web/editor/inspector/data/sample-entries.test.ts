import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { allEntries, childEntries, searchEntries, valueAt } from './sample-entries.ts'

const order: Json = {
  body: { qty: 3, customer: { name: 'Nimbus Ltd', email: 'hello@nimbus.example' }, lines: [{ sku: 'A1' }, { sku: 'B2' }] },
  method: 'POST',
}

test('a group opens into its fields and a list into its first items', () => {
  expect(childEntries(order, []).map((entry) => [entry.name, entry.word, entry.preview])).toEqual([
    ['body', 'group', '3 fields'],
    ['method', 'text', 'POST'],
  ])
  expect(childEntries(valueAt(order, ['body', 'lines']), ['body', 'lines']).map((entry) => entry.keys)).toEqual([
    ['body', 'lines', 0],
    ['body', 'lines', 1],
  ])
})

test('typing part of a sample value finds its field', () => {
  expect(searchEntries(allEntries(order), 'hello@')[0]?.keys).toEqual(['body', 'customer', 'email'])
  expect(searchEntries(allEntries(order), 'nimb').map((entry) => entry.name)).toEqual(['name', 'email'])
})

test('typing names finds a field by any part of its way', () => {
  expect(searchEntries(allEntries(order), 'customer na')[0]?.keys).toEqual(['body', 'customer', 'name'])
  expect(searchEntries(allEntries(order), 'qty')[0]?.keys).toEqual(['body', 'qty'])
  expect(searchEntries(allEntries(order), 'nothing like it')).toEqual([])
})

test('a field is found through own fields only', () => {
  expect(valueAt(order, ['body', 'customer', 'name'])).toBe('Nimbus Ltd')
  expect(valueAt(order, ['body', 'lines', 1, 'sku'])).toBe('B2')
  expect(valueAt(order, ['body', 'lines', 'length'])).toBeUndefined()
  expect(valueAt(order, ['constructor'])).toBeUndefined()
  expect(valueAt('text', ['length'])).toBeUndefined()
})

test('a sample of megabytes is indexed within bounds and only once', () => {
  const big: Json = { rows: Array.from({ length: 20_000 }, (_, index) => ({ id: index, text: 'x'.repeat(250) })) }
  const wide: Json = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`field${index}`, index]))
  expect(allEntries(big).length).toBeLessThan(20)
  expect(allEntries(wide).length).toBeLessThanOrEqual(2000)
  expect(allEntries(wide)).toBe(allEntries(wide))
})

test('a file is found before what it is called', () => {
  const sample = { files: [{ $file: 'file_1', name: 'käse.png', type: 'image/png', size: 5, field: 'photo' }] }
  expect(searchEntries(allEntries(sample), 'käse').map(({ keys }) => keys)).toEqual([
    ['files', 0],
    ['files', 0, 'name'],
  ])
})
