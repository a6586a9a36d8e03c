import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryDelayMs } from './retry.ts'

const policy = { maxAttempts: 5, factor: 2, minDelayMs: 1000, maxDelayMs: 10_000, jitter: false }
const error = { code: 'http_error', message: 'no', retryable: true } as const

test('the pause grows by the factor up to its limit, until attempts are used up', () => {
  expect([1, 2, 3, 4, 5].map((attempts) => retryDelayMs(policy, attempts, error, 0.5))).toEqual([
    1000,
    2000,
    4000,
    8000,
    undefined,
  ])
  expect(retryDelayMs({ ...policy, maxAttempts: 9 }, 8, error, 0.5)).toBe(10_000)
})

test('an error that another attempt can’t help ends them', () => {
  expect(retryDelayMs(policy, 1, { ...error, retryable: false }, 0.5)).toBeUndefined()
})

test('what the other side asks for wins over the policy, up to a day', () => {
  expect(retryDelayMs(policy, 1, { ...error, retryAfter: 30_000 }, 0.5)).toBe(30_000)
  expect(retryDelayMs(policy, 1, { ...error, retryAfter: 0 }, 0.5)).toBe(0)
  expect(retryDelayMs(policy, 1, { ...error, retryAfter: 9e9 }, 0.5)).toBe(86_400_000)
})

test('jitter is a quarter either way, and never above the limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempts, random) => {
      const plain = retryDelayMs(policy, attempts, error, random) ?? 0
      const jittered = retryDelayMs({ ...policy, jitter: true }, attempts, error, random) ?? 0
      expect(jittered).toBeGreaterThanOrEqual(plain * 0.75)
      expect(jittered).toBeLessThanOrEqual(Math.min(10_000, plain * 1.25))
    }),
  )
})
