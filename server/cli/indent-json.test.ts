import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { indentJson } from './indent-json.ts'

test('lays any JSON out as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, space) => {
      const value: unknown = JSON.parse(text)
      expect(indentJson(JSON.stringify(value, null, space))).toBe(JSON.stringify(value, null, 2))
    }),
  )
})

test('changes nothing but the space between', () => {
  const text = '{"b":12345678901234567890.10,"a":"\\u0041\\ud800 , : {","b":[[],{},[ ],1e5]}'
  expect(indentJson(text)).toBe(
    '{\n  "b": 12345678901234567890.10,\n  "a": "\\u0041\\ud800 , : {",\n  "b": [\n    [],\n    {},\n    [],\n    1e5\n  ]\n}',
  )
  expect(indentJson(indentJson(text))).toBe(indentJson(text))
})

test('takes large data as it comes', () => {
  const rows = Array.from({ length: 200_000 }, (_, id) => ({ id, tags: [], none: {} }))
  const text = JSON.stringify({ rows, long: '"\\'.repeat(2_000_000) })
  expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text))
})
