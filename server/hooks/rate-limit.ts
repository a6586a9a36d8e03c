import { addressGroup } from '../http/address-group.ts'
import { createRateLimiter } from '../http/rate-limiter.ts'

/** Allows each address so many a minute. */
export function createRateLimit(perMinute: number): (address: string) => boolean {
  const limiter = createRateLimiter({ limit: perMinute, perMs: 60_000 })
  return (address) => limiter.take(addressGroup(address)) === 0
}
