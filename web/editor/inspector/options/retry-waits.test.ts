import { expect, test } from 'vitest'
import { retryWaits } from './retry-waits.ts'

test('each wait is longer than the one before, up to the longest', () => {
  expect(retryWaits({ maxAttempts: 5, minDelayMs: 1000, factor: 3, maxDelayMs: 10_000 })).toEqual([1000, 3000, 9000, 10_000])
})

test('one try needs no wait, and many tries tell the first five', () => {
  expect(retryWaits({ maxAttempts: 1 })).toEqual([])
  expect(retryWaits({ maxAttempts: 100 })).toHaveLength(5)
})
