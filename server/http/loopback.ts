import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** Whether a host name or address can only mean this very machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback'
}

/**
 * Whether a request was made on this machine, directly. Behind a reverse proxy every caller seems to be local, and a
 * page from elsewhere can point a name of its own at 127.0.0.1, so forwarded requests and foreign `Host` names are not.
 */
export function isLoopbackCaller(req: IncomingMessage): boolean {
  if (req.headers.forwarded !== undefined || req.headers['x-forwarded-for'] !== undefined || req.headers.via !== undefined)
    return false
  const host = URL.parse(`http://${req.headers.host ?? ''}`)?.hostname
  return isLoopbackHost(req.socket.remoteAddress ?? '') && host !== undefined && isLoopbackHost(host)
}
