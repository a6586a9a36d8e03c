import { expect, test } from 'vitest'
import { fieldPath, isInside } from './field-path.ts'

test.each([
  ['', 'name', 'name'],
  ['customer', 'email', 'customer.email'],
  ['items', '0', 'items.0'],
  ['', '__proto__', '__proto__'],
  ['a', 'b.c', 'a["b.c"]'],
  ['a', '', 'a[""]'],
  ['a', 'b"]', 'a["b\\"]"]'],
  ['', 'with space', '["with space"]'],
  ['', 'lira\u202egpj', '["lira\\u202egpj"]'],
  ['', 'nul\0', '["nul\\u0000"]'],
])('below "%s" the name %j is %s', (outer, name, path) => {
  expect(fieldPath(outer, name)).toBe(path)
})

test('a name as long as a letter is cut', () => {
  expect(fieldPath('a', 'x'.repeat(100_000))).toHaveLength(63)
})

test('a place lies in another one by names, not by letters', () => {
  expect(isInside('customer.email', 'customer')).toBe(true)
  expect(isInside('a["b.c"]', 'a')).toBe(true)
  expect(isInside('customers', 'customer')).toBe(false)
  expect(isInside('customer', 'customer')).toBe(false)
  expect(isInside('customer', '')).toBe(true)
})
