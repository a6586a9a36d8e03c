import { addressGroup } from './address-group.ts'
import { createRateLimiter } from './rate-limiter.ts'

/** Allows each address so many a minute. */
export function createAddressLimit(perMinute: number): (address: string) => boolean {
  const limiter = createRateLimiter({ limit: perMinute, perMs: 60_000 })
  return (address) => limiter.take(addressGroup(address)) === 0
}
