import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { typeFromSamples } from './type-from-samples.ts'

const oneLine = (type: string) => type.replaceAll(/\s*\n\s*/g, ' ')
const typeOf = (...samples: Json[]) => oneLine(typeFromSamples(samples))

test('values are widened to their kind', () => {
  expect(typeOf('a')).toBe('string')
  expect(typeOf(7)).toBe('number')
  expect(typeOf(true)).toBe('boolean')
})

test('without a sample, or with nothing in it, it may be anything', () => {
  expect(typeOf()).toBe('any')
  expect(typeOf(null)).toBe('any')
  expect(typeOf([])).toBe('any[]')
  expect(typeOf({})).toBe('Record<string, any>')
})

test('a field that one sample lacks is optional', () => {
  expect(typeOf({ amount: 1250, discount: 0.9 }, { amount: 90 })).toBe('{ amount: number discount?: number }')
})

test('different kinds become a union, nothing last', () => {
  expect(typeOf({ id: 1 }, { id: 'a' }, { id: null })).toBe('{ id: string | number | null }')
  expect(typeOf([1, 'a', null])).toBe('Array<string | number | null>')
})

test('items of a list are merged like samples', () => {
  expect(typeOf({ rows: [{ sku: 'A', note: 'x' }, { sku: 'B' }] })).toBe('{ rows: Array<{ sku: string note?: string }> }')
  expect(typeOf([['a'], []])).toBe('Array<string[]>')
})

test('names that are no identifiers are quoted', () => {
  expect(typeOf({ 'content-type': 'x', 'say "hi"': 1 })).toBe(String.raw`{ "content-type": string "say \"hi\"": number }`)
})

test('a name that means something to objects is a field like any other', () => {
  expect(typeOf(JSON.parse('{"__proto__": 1, "constructor": "a"}') as Json)).toBe('{ __proto__: number constructor: string }')
})

test('deep and wide samples stay bounded', () => {
  let deep: Json = 1
  for (let level = 0; level < 150; level++) deep = { in: deep }
  expect(typeFromSamples([deep]).length).toBeLessThan(1000)
  const wide: Json = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index]))
  expect(typeFromSamples([wide]).split('\n').length).toBe(203)
  const long: Json = Array.from({ length: 200_000 }, (_, index) => ({ index }))
  expect(typeOf(long)).toBe('Array<{ index: number }>')
})
