import { withFacts } from './thrown.ts'

const units: { [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Errors with which code says whether, and when, another attempt could help. */
export function installRetryErrors(): void {
  class NonRetryableError extends Error {
    override name = 'NonRetryableError'
    constructor(message?: string, options?: ErrorOptions) {
      super(message, options)
      withFacts(this, { retryable: false })
    }
  }
  class RetryAfterError extends Error {
    override name = 'RetryAfterError'
    constructor(when: unknown, message = 'Try again later', options?: ErrorOptions) {
      super(message, options)
      withFacts(this, { retryable: true, retryAfterMs: delayMs(when) })
    }
  }
  for (const [name, value] of Object.entries({ NonRetryableError, RetryAfterError })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

function delayMs(when: unknown): number {
  if (typeof when === 'number' && when >= 0) return when
  const [, count, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(String(when)) ?? []
  const instant = when instanceof Date ? when.getTime() : Date.parse(String(when))
  const delay = count !== undefined && unit !== undefined ? Number(count) * (units[unit] ?? 0) : instant - Date.now()
  if (Number.isNaN(delay)) throw new TypeError('RetryAfterError takes milliseconds, a duration such as "10s", or a date')
  return Math.max(0, delay)
}
