import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { isForwarded } from './is-forwarded.ts'
import { isTrustedProxy, type TrustedProxies } from './trusted-proxies.ts'

/** Whether a host name or address can only mean this very machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback'
}

/**
 * Whether a request was made on this machine, directly. Behind a reverse proxy every caller seems to be local, and a
 * page from elsewhere can point a name of its own at 127.0.0.1, so forwarded requests and foreign `Host` names are not,
 * and nobody is where a proxy on this machine is known of.
 */
export function isLoopbackCaller(req: IncomingMessage, proxies: TrustedProxies): boolean {
  const peer = req.socket.remoteAddress ?? ''
  // Unless it is told otherwise, nginx adds nothing to what it passes on, and speaks HTTP/1.0.
  if (!isLoopbackHost(peer) || isForwarded(req) || req.httpVersion === '1.0' || isTrustedProxy(proxies, peer)) return false
  const host = URL.parse(`http://${req.headers.host ?? ''}`)?.hostname
  return host !== undefined && isLoopbackHost(host)
}
