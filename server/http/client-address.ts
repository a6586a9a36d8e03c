import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'
import { isTrustedProxy, type TrustedProxies } from './trusted-proxies.ts'

/** Longer chains of our own proxies there are none; a stranger can write thousands of addresses into a header. */
const mostHops = 20

/**
 * The address a request comes from: its connection's, or, if that is one of the trusted proxies, the one which they say
 * they got it from. Each proxy adds to the end of what it was sent, so it is read from the end, and only as far as those
 * who wrote it are trusted. What can't be read is not gone beyond: the proxy that said it counts.
 */
export function clientAddress(req: IncomingMessage, proxies: TrustedProxies): string {
  const peer = peerAddress(req.socket)
  if (proxies.length === 0 || !isTrustedProxy(proxies, peer)) return peer
  const listed = req.headers['x-forwarded-for']
  const { forwarded } = req.headers
  const byList = listed === undefined ? undefined : beyond(peer, proxies, String(listed), lastOfList)
  const byForwarded = forwarded === undefined ? undefined : beyond(peer, proxies, forwarded, lastForwarded)
  // A proxy that writes only one of the two hands on the other as a stranger wrote it: where they differ, neither counts.
  if (byList !== undefined && byForwarded !== undefined) return byList === byForwarded ? byList : peer
  return byList ?? byForwarded ?? peer
}

/** The address at the other end of a connection. */
export function peerAddress(socket: Socket): string {
  return plainAddress(socket.remoteAddress ?? '')
}

/** What stands at the end of a header: an address, if it is one, and what is left before it. */
type LastOf = (text: string) => { address: string | undefined; before: string | undefined }

function beyond(peer: string, proxies: TrustedProxies, header: string, lastOf: LastOf): string {
  let nearest = peer
  let rest: string | undefined = header
  for (let hop = 0; hop < mostHops && rest !== undefined; hop++) {
    const last = lastOf(rest)
    if (last.address === undefined) return nearest
    nearest = last.address
    if (!isTrustedProxy(proxies, nearest)) return nearest
    rest = last.before
  }
  return nearest
}

function lastOfList(text: string): ReturnType<LastOf> {
  return { address: addressIn(text.slice(text.lastIndexOf(',') + 1)), before: before(text, text.lastIndexOf(',')) }
}

/**
 * RFC 7239: `for=192.0.2.43;proto=https, for="[2001:db8::1]:4711"`. Searched from the end, so that a quote which a
 * stranger left open can't swallow what a proxy wrote after it.
 */
function lastForwarded(text: string): ReturnType<LastOf> {
  let isQuoted = false
  let at = text.length - 1
  for (; at >= 0; at--) {
    if (text[at] === '"') isQuoted = !isQuoted
    else if (text[at] === ',' && !isQuoted) break
  }
  const given = /(?:^|;)[ \t]*for=(?:"([^"\\]*)"|([^";,\s]*))[ \t]*(?:;|$)/i.exec(text.slice(at + 1).trim())
  return { address: addressIn(given?.[1] ?? given?.[2] ?? ''), before: before(text, at) }
}

function before(text: string, comma: number): string | undefined {
  return comma < 0 ? undefined : text.slice(0, comma)
}

/** An address with or without a port, in the form everything else compares; undefined for anything else. */
function addressIn(text: string): string | undefined {
  const trimmed = text.trim()
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed
  return bare.length <= 45 && !bare.includes('%') && isIP(bare) !== 0 ? ipaddr.process(bare).toString() : undefined
}

/** Of a connection: an IPv4 caller of a socket for both kinds is written as IPv6. */
function plainAddress(address: string): string {
  const short = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : ''
  return isIPv4(short) ? short : address
}
