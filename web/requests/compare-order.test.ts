import { expect, test } from 'vitest'
import { inReadingOrder, writtenWords } from './compare-order.ts'

test('what was sent comes before how it was sent', () => {
  const differences = ['at', 'headers.date', 'method', 'body["a.b"]', 'body.amount', 'query.page'].map((path) => ({
    path,
    written: {},
  }))
  expect(inReadingOrder(differences).map(({ path }) => path)).toEqual([
    ...['body["a.b"]', 'body.amount', 'query.page', 'method', 'headers.date', 'at'],
  ])
})

test('text stands without its quotes where the other side is text or nothing', () => {
  expect(writtenWords('"a \\"b\\""', '"c"')).toBe('a "b"')
  expect(writtenWords('"a"', undefined)).toBe('a')
  expect(writtenWords('"12"', '12')).toBe('"12"')
  expect(writtenWords('12345678901234567890', '"12"')).toBe('12345678901234567890')
  expect(writtenWords('"cut in the midd', '"c"')).toBe('cut in the midd…')
  expect(writtenWords(undefined, '1')).toBeUndefined()
})
