import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import { addressGroup, isOwnNetwork } from './address-group.ts'
import { clientAddress } from './client-address.ts'
import { isForwarded } from './is-forwarded.ts'
import { createRateLimiter } from './rate-limiter.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** How much strangers may ask of this process; 0 is without limit. */
export interface StrangerRates {
  /** Of these three, absent: the default, and callers of our own network may do as they please. */
  addressPerSecond?: number | undefined
  flowPerSecond?: number | undefined
  refusedPerMinute?: number | undefined
  formPostsPerMinute: number
}

const defaultAddressPerSecond = 1000
const defaultFlowPerSecond = 2000
const defaultRefusedPerMinute = 600

export interface StrangerLimits {
  /** Middleware: lets a request in, or throws `rate_limited`. */
  admit(req: IncomingMessage, res: ServerResponse, next: () => void): void
  /** Counts a request that would start something in a flow. Throws `rate_limited`. */
  countForFlow(req: IncomingMessage, flowId: string): void
  countFormPost(req: IncomingMessage, path: string): void
  /** Counts a request that has to be refused. Throws `rate_limited` in place of the refusal when there were too many. */
  countRefused(req: IncomingMessage): void
  /** Throws `rate_limited` when a caller was refused so often that nothing is looked up any more for them. */
  assertMayGuess(req: IncomingMessage): void
}

/**
 * Limits on who calls from outside without being known to us. They are counted in this process alone: what counts is
 * that no stranger takes what others need, not the exact number over all servers.
 */
export function createStrangerLimits({
  rates,
  proxies,
  isBehindProxy,
  log,
}: {
  rates: StrangerRates
  proxies: TrustedProxies
  /** Strangers come by way of our own network, whatever their requests look like. */
  isBehindProxy: boolean
  log: Log
}): StrangerLimits {
  const byAddress = limiter(rates.addressPerSecond ?? defaultAddressPerSecond, 1000)
  const byFlow = limiter(rates.flowPerSecond ?? defaultFlowPerSecond, 1000)
  const refused = limiter(rates.refusedPerMinute ?? defaultRefusedPerMinute, 60_000)
  const formPosts = limiter(rates.formPostsPerMinute, 60_000)
  let isWarned = proxies.length > 0

  /** Called directly from our own network, which is where loads come from that no stranger sends. */
  function isOurs(req: IncomingMessage): boolean {
    return !isBehindProxy && isOwnNetwork(clientAddress(req, proxies)) && !isForwarded(req)
  }

  function warnOfProxy(req: IncomingMessage): void {
    if (!(isBehindProxy || isForwarded(req)) || !isOwnNetwork(clientAddress(req, proxies))) return
    isWarned = true
    log.warn(
      { proxy: clientAddress(req, proxies) },
      'requests come through a proxy that is not in HOLDFAST_TRUSTED_PROXIES: all of its callers count as one',
    )
  }

  const callerOf = (req: IncomingMessage) => addressGroup(clientAddress(req, proxies))

  return {
    admit(req, _res, next) {
      if (!isWarned) warnOfProxy(req)
      if (byAddress && (rates.addressPerSecond !== undefined || !isOurs(req)))
        assertFree(byAddress.take(callerOf(req)), 'Too many requests from your address (HOLDFAST_LIMIT_ADDRESS_PER_SECOND).')
      next()
    },
    countForFlow(req, flowId) {
      if (byFlow && (rates.flowPerSecond !== undefined || !isOurs(req)))
        assertFree(byFlow.take(flowId), 'Too many requests to this address (HOLDFAST_LIMIT_FLOW_PER_SECOND).')
    },
    countFormPost(req, path) {
      if (formPosts)
        assertFree(
          formPosts.take(`${callerOf(req)} ${path}`),
          'Too much was sent from your address. Wait a minute, then send it again.',
        )
    },
    countRefused(req) {
      if (refused && (rates.refusedPerMinute !== undefined || !isOurs(req)))
        assertFree(
          refused.take(callerOf(req)),
          'Too many refused requests from your address (HOLDFAST_LIMIT_REFUSED_PER_MINUTE).',
        )
    },
    assertMayGuess(req) {
      if (refused)
        assertFree(
          refused.waitMs(callerOf(req)),
          'Too many refused requests from your address (HOLDFAST_LIMIT_REFUSED_PER_MINUTE).',
        )
    },
  }
}

function limiter(limit: number, perMs: number) {
  return limit === 0 ? undefined : createRateLimiter({ limit, perMs })
}

function assertFree(waitMs: number, message: string): void {
  if (waitMs > 0) throw new AppError('rate_limited', message, { retryAfterMs: waitMs })
}
