import { expect, test } from 'vitest'
import {
  addRow,
  numberFromText,
  objectFromRows,
  repeatedNames,
  rowKind,
  rowsFromObject,
  rowsInStep,
  valueOfKind,
} from './entry-rows.ts'

test('stored values become rows and rows become the same values', () => {
  const stored = { total: '{{ steps.price.total }}', currency: 'EUR', rounds: 2 }
  expect(objectFromRows(rowsFromObject(stored))).toEqual(stored)
})

test('a row without a name stays in the form and out of the params', () => {
  const rows = addRow(rowsFromObject({ a: '1' }))
  expect(objectFromRows(rows)).toEqual({ a: '1' })
  expect(rowsInStep(rows, { a: '1' })).toHaveLength(2)
  expect(objectFromRows(addRow([]))).toBeUndefined()
  expect(rowsInStep(addRow([]), undefined)).toHaveLength(1)
  expect(rowsInStep(addRow([]), {})).toHaveLength(1)
})

test('after an undo the rows follow what is stored', () => {
  const rows = addRow(rowsFromObject({ a: '1' }), 'b', '2')
  expect(rowsInStep(rows, { a: '1' })).toEqual(rowsFromObject({ a: '1' }))
})

test('a name used twice is told', () => {
  const rows = addRow(rowsFromObject({ a: '1', b: '2' }), ' a')
  expect([...repeatedNames(rows)]).toEqual(['a'])
})

test('a row keeps its id while others come and go', () => {
  const rows = addRow(rowsFromObject({ a: '1', b: '2' }))
  expect(addRow(rows.filter((row) => row.name !== 'b')).map((row) => row.id)).toEqual([0, 2, 3])
})

test('changing the kind keeps what was written where it can', () => {
  expect(valueOfKind('12', 'number')).toBe(12)
  expect(valueOfKind('twelve', 'number')).toBe(0)
  expect(valueOfKind(12, 'text')).toBe('12')
  expect(valueOfKind('yes', 'yesNo')).toBe(true)
  expect(rowKind(valueOfKind('x', 'raw'))).toBe('raw')
})

test('a text is a number only when all of it is', () => {
  expect(numberFromText(' -1.5e3 ')).toBe(-1500)
  expect(numberFromText('12 €')).toBeUndefined()
  expect(numberFromText('')).toBeUndefined()
  expect(numberFromText('0x10')).toBeUndefined()
})
