import type { IncomingMessage } from 'node:http'

/** What proxies add to requests they pass on, one or another. */
const addedByProxies = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
]

/** Whether a request shows signs of having come through a proxy. */
export function isForwarded(req: IncomingMessage): boolean {
  return addedByProxies.some((name) => req.headers[name] !== undefined)
}
