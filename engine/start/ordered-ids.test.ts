import { expect, test } from 'vitest'
import { createOrderedIds } from './ordered-ids.ts'

test('ids sort in the order they were made, also those of one millisecond and after a clock was set back', () => {
  const nextId = createOrderedIds('request')
  const ids = [7, 7, 7, 8, 8, 5, 5, 9].map((ms) => nextId(1_700_000_000_000 + ms))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(ids.toSorted())
  expect(ids[0]).toMatch(/^req_[0-9a-z]{26}$/)
})
