import { expect, test } from 'vitest'
import { stepIdFor } from './step-id.ts'

test.each([
  ['Work out the price', 'workOutThePrice'],
  ['HTTP request', 'httpRequest'],
  ['Größe prüfen', 'groEPrufen'],
  ['3 days later', 'step3DaysLater'],
  ['constructor', 'constructorStep'],
  ['支払い', 'step'],
  ['', 'step'],
])('%s becomes %s', (name, id) => {
  expect(stepIdFor(name, new Set())).toBe(id)
})

test('a taken id gets a number', () => {
  expect(stepIdFor('Price', new Set(['price', 'price2']))).toBe('price3')
})
