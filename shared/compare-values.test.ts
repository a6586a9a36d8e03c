import { expect, test } from 'vitest'
import { compareValues } from './compare-values.ts'

test('tells the places that differ, each value as it was written, and counts those that are equal', () => {
  const a = '{"id":7,"name":"Ada","tags":["a","b"],"gone":{"x":1}}'
  const b = '{"name":"Ada","id":8,"tags":["a","c","d"],"new":null}'
  expect(compareValues(a, b)).toEqual({
    differences: [
      { path: 'id', a: '7', b: '8' },
      { path: 'tags.1', a: '"b"', b: '"c"' },
      { path: 'tags.2', b: '"d"' },
      { path: 'gone', a: '{"x":1}' },
      { path: 'new', b: 'null' },
    ],
    equal: 2,
  })
})

test('numbers that differ in a digit no computer number holds differ', () => {
  const { differences } = compareValues('{"n":12345678901234567890}', '{"n":12345678901234567891}')
  expect(differences).toEqual([{ path: 'n', a: '12345678901234567890', b: '12345678901234567891' }])
})

test.each([
  ['1.50', '1.5'],
  ['1e3', '1000'],
  ['"\\u0041"', '"A"'],
  ['{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['[]', '[]'],
])('%s and %s are the same', (a, b) => {
  expect(compareValues(a, b).differences).toEqual([])
})

test.each([
  ['1', '"1"'],
  ['null', 'false'],
  ['[]', '{}'],
  ['[1]', '1'],
])('%s and %s are not', (a, b) => {
  expect(compareValues(a, b).differences).toEqual([{ path: '', a, b }])
})

test('names that a stranger chose stay one name', () => {
  const { differences } = compareValues('{"__proto__":{"a.b":1}}', '{"__proto__":{"a.b":2}}')
  expect(differences).toEqual([{ path: '__proto__["a.b"]', a: '1', b: '2' }])
})

test('stops at so many differences', () => {
  const many = JSON.stringify(Array.from({ length: 2000 }, (_, n) => n))
  expect(compareValues(many, '[]').differences).toHaveLength(500)
})
