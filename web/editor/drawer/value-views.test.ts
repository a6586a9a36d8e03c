import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { rawText } from './raw-text.ts'
import { bestLook, tableOf } from './table-model.ts'

test('a list of groups is a table with the fields of all rows, one group a table of one row', () => {
  expect(tableOf([{ a: 1 }, { b: 2 }])).toEqual({ columns: ['a', 'b'], rows: [{ a: 1 }, { b: 2 }] })
  expect(tableOf({ total: 21 })).toEqual({ columns: ['total'], rows: [{ total: 21 }] })
  expect(tableOf([1, 2])).toBeUndefined()
  expect(tableOf([])).toBeUndefined()
  expect(tableOf({})).toBeUndefined()
  expect(tableOf('text')).toBeUndefined()
})

test('each value is first shown the way it reads best', () => {
  expect(bestLook([{ a: 1 }])).toBe('table')
  expect(bestLook({ total: 21, net: 3 })).toBe('table')
  expect(bestLook({ body: { a: 1 } })).toBe('fields')
  expect(bestLook([1, 2])).toBe('fields')
  expect(bestLook('hello')).toBe('raw')
})

test('what fits is written as JSON writes it', () => {
  const value: Json = { a: [1, 'two', null, true, {}, []], b: { c: 'x"y' } }
  expect(rawText(value, 10_000)).toEqual({ text: JSON.stringify(value, null, 2), isCut: false })
})

test('only the beginning of a big value is written', () => {
  const big: Json = Array.from({ length: 500_000 }, (_, index) => ({ index }))
  const started = performance.now()
  const { text, isCut } = rawText(big, 10_000)
  expect(text).toHaveLength(10_000)
  expect(isCut).toBe(true)
  expect(JSON.stringify(big, null, 2).startsWith(text)).toBe(true)
  expect(performance.now() - started).toBeLessThan(120_000)
  expect(rawText('x'.repeat(1_000_000), 100)).toEqual({ text: `"${'x'.repeat(99)}`, isCut: true })
})
