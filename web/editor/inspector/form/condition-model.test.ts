import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  comparisonNames,
  comparisons,
  conditionText,
  simpleCondition,
  type Comparison,
  type SimpleCondition,
} from './condition-model.ts'

const one = (left: string, comparison: Comparison, right = ''): SimpleCondition => ({
  needs: 'all',
  tests: [{ left, comparison, right }],
})

test('a line is stored as the formula it means', () => {
  const amount = '{{ trigger.body.amount }}'
  expect(conditionText(one(amount, 'moreThan', '1000'))).toBe('{{ trigger.body.amount > 1000 }}')
  expect(conditionText(one(amount, 'is', 'paid'))).toBe("{{ trigger.body.amount == 'paid' }}")
  expect(conditionText(one(amount, 'is', '007'))).toBe("{{ trigger.body.amount == '007' }}")
  expect(conditionText(one(amount, 'contains', "it's"))).toBe(String.raw`{{ trigger.body.amount.includes('it\'s') }}`)
  expect(conditionText(one(amount, 'isFilled'))).toBe('{{ !isEmpty(trigger.body.amount) }}')
  expect(conditionText(one(amount, 'isYes'))).toBe('{{ trigger.body.amount === true }}')
  expect(conditionText(one(amount, 'is', '{{ steps.price.total }}'))).toBe('{{ trigger.body.amount == steps.price.total }}')
  expect(conditionText(one(amount, 'is', 'EUR {{ steps.price.total }}'))).toBe(
    '{{ trigger.body.amount == `EUR ${steps.price.total}` }}',
  )
})

test('several lines are joined by and, or by or', () => {
  const tests = [...one('{{ trigger.a }}', 'is', '1').tests, ...one('{{ trigger.b }}', 'isEmpty').tests]
  expect(conditionText({ needs: 'all', tests })).toBe('{{ trigger.a == 1 && isEmpty(trigger.b) }}')
  expect(conditionText({ needs: 'any', tests })).toBe('{{ trigger.a == 1 || isEmpty(trigger.b) }}')
})

test('what somebody wrote by hand is read as lines where it can be', () => {
  expect(simpleCondition("{{ trigger.body.kind === 'order' && trigger.body.qty>=2 }}")).toEqual({
    needs: 'all',
    tests: [
      { left: '{{ trigger.body.kind }}', comparison: 'is', right: 'order' },
      { left: '{{ trigger.body.qty }}', comparison: 'atLeast', right: '2' },
    ],
  })
  expect(simpleCondition('{{ steps.rows.items.length > 0 }}')).toEqual(one('{{ steps.rows.items.length }}', 'moreThan', '0'))
})

test('what lines cannot say stays a formula', () => {
  for (const text of [
    '{{ trigger.a == 1 && (trigger.b == 2 || trigger.c == 3) }}',
    '{{ trigger.a }}',
    '{{ trigger.a ? true : false }}',
    '{{ !trigger.a.startsWith("x") }}',
    '{{ trigger.list.some(x => x > 1) }}',
    'no hole at all',
    '{{ trigger.a > 1 }} and more',
    '{{ trigger.a > }}',
  ]) {
    expect(simpleCondition(text), text).toBeUndefined()
  }
})

test('whatever is built from lines is read back as the same lines', () => {
  const side = fc.oneof(
    fc.constantFrom(
      '{{ trigger.body.qty }}',
      '{{ steps.price.total }}',
      '{{ trigger.body["unit price"] }}',
      'EUR {{ steps.price.total }} each',
      '{{ trigger.a + 1 }}',
    ),
    fc.string().filter((text) => !text.includes('{{') && !/[\u2028\u2029\r]/.test(text)),
    fc.integer().map(String),
  )
  const line = fc.record({ left: side, comparison: fc.constantFrom(...comparisonNames), right: side })
  fc.assert(
    fc.property(
      fc.constantFrom('all' as const, 'any' as const),
      fc.array(line, { minLength: 1, maxLength: 4 }),
      (needs, lines) => {
        const tests = lines.map((test) => (comparisons[test.comparison].compares ? test : { ...test, right: '' }))
        const read = simpleCondition(conditionText({ needs, tests }))
        expect(read).toEqual({ needs: tests.length === 1 ? 'all' : needs, tests })
      },
    ),
    { numRuns: 500 },
  )
})
