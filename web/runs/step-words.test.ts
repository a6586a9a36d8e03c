import { expect, test } from 'vitest'
import { insideLabel, isInCode, nodeIdAt, stepLabel } from './step-words.ts'

test('a step is called by its name, inside of loops with its round, inside of code with its own name', () => {
  expect(stepLabel('charge', 'Charge the card')).toBe('Charge the card')
  expect(stepLabel('each[3]/charge', 'Charge the card')).toBe('Charge the card · 4')
  expect(stepLabel('each[0]/again[1]/ask', 'Ask')).toBe('Ask · 1.2')
  expect(stepLabel('each[0]/enrich#save%20it%3A%2F1', 'Enrich')).toBe('Enrich ▸ save it:/1 · 1')
  expect(stepLabel('enrich#save:2', 'Enrich')).toBe('Enrich ▸ save (2)')
  expect(insideLabel('each[0]/enrich#a%3A2')).toBe('a:2')
  expect(nodeIdAt('each[0]/again[1]/enrich#a')).toBe('enrich')
  expect([isInCode('each[0]/enrich#x'), isInCode('each[0]/enrich')]).toEqual([true, false])
})
