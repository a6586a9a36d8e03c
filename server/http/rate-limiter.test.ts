import { describe, expect, test } from 'vitest'
import { createRateLimiter } from './rate-limiter.ts'

describe('a rate limiter', () => {
  test('lets so many go at once, then one for every share of the time', () => {
    let at = 1000
    const limiter = createRateLimiter({ limit: 3, perMs: 60_000 }, { now: () => at })
    expect([1, 2, 3].map(() => limiter.take('a'))).toEqual([0, 0, 0])
    expect(limiter.take('a')).toBe(20_000)
    at += 19_000
    expect(limiter.take('a')).toBe(1000)
    at += 1000
    expect(limiter.take('a')).toBe(0)
    expect(limiter.take('a')).toBe(20_000)
  })

  test('does not count what it refused', () => {
    let at = 0
    const limiter = createRateLimiter({ limit: 1, perMs: 1000 }, { now: () => at })
    limiter.take('a')
    for (let count = 0; count < 100; count++) limiter.take('a')
    at += 1000
    expect(limiter.take('a')).toBe(0)
  })

  test('tells how long to wait without counting', () => {
    const limiter = createRateLimiter({ limit: 1, perMs: 1000 }, { now: () => 0 })
    expect([limiter.waitMs('a'), limiter.waitMs('a'), limiter.take('a'), limiter.waitMs('a')]).toEqual([0, 0, 0, 1000])
  })

  test('counts each key by itself', () => {
    const limiter = createRateLimiter({ limit: 1, perMs: 1000 }, { now: () => 0 })
    expect([limiter.take('a'), limiter.take('b'), limiter.take('a')]).toEqual([0, 0, 1000])
  })

  test('lets exactly the limit go in the long run, at any pace', () => {
    let at = 0
    const limiter = createRateLimiter({ limit: 50, perMs: 1000 }, { now: () => at })
    let gone = 0
    for (; at < 100_000; at += 7) if (limiter.take('a') === 0) gone++
    expect(gone).toBeGreaterThanOrEqual(5000)
    expect(gone).toBeLessThanOrEqual(5050)
  })

  test('remembers who was refused while others come in numbers, and forgets those who have been quiet', () => {
    let at = 0
    const limiter = createRateLimiter({ limit: 1, perMs: 1000 }, { mostKeys: 100, now: () => at })
    limiter.take('a')
    for (let count = 0; count < 150; count++) limiter.take(`stranger ${count}`)
    expect(limiter.take('a')).toBeGreaterThan(0)
    for (let count = 150; count < 400; count++) limiter.take(`stranger ${count}`)
    // Pushed out: whoever has two hundred addresses to spend has as many shares of their own.
    expect(limiter.take('a')).toBe(0)
    at += 5000
    expect(limiter.waitMs('stranger 399')).toBe(0)
  })
})
