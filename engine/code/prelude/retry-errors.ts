import { realNow } from './clock.ts'
import { findMs } from './duration.ts'
import { withFacts } from './thrown.ts'

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
  const duration = findMs(when)
  if (duration !== undefined) return duration
  const delay = (when instanceof Date ? when.getTime() : Date.parse(String(when))) - realNow()
  if (Number.isNaN(delay)) throw new TypeError('RetryAfterError takes milliseconds, a duration such as "10s", or a date')
  return Math.max(0, delay)
}
