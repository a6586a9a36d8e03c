import { expect, test } from 'vitest'
import { expressionOfPath, fieldWords, holeOfPath, pillName } from './path-expression.ts'

test('a path is written as the expression language reads it', () => {
  expect(expressionOfPath({ root: 'steps', step: 'price', keys: ['total'] })).toBe('steps.price.total')
  expect(expressionOfPath({ root: 'trigger', keys: ['body', 'items', 0, 'unit price'] })).toBe(
    'trigger.body.items[0]["unit price"]',
  )
  expect(expressionOfPath({ root: 'trigger', keys: ['headers', 'content-type'] })).toBe('trigger.headers["content-type"]')
  expect(expressionOfPath({ root: 'trigger', keys: ['a"b\\'] })).toBe(String.raw`trigger["a\"b\\"]`)
  expect(holeOfPath({ root: 'steps', step: 'price', keys: [] })).toBe('{{ steps.price }}')
})

test('a path is read by people with lists counted from one', () => {
  expect(fieldWords(['body', 'items', 0, 'sku'])).toBe('body ▸ items ▸ item 1 ▸ sku')
})

test('a pill is named by its step and field', () => {
  expect(pillName('Work out the price', ['total'])).toBe('Work out the price.total')
  expect(pillName('New order', ['body', 'lines', 0])).toBe('New order.body.lines.0')
})
