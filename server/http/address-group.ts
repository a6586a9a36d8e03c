import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** What is counted as one caller: an IPv4 address; of IPv6 the first 64 bits, as whoever has one has all behind them. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address
  return ipaddr.parse(address).toByteArray().slice(0, 8).join(' ')
}

const ownRanges = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal'])

/** Whether an address can only be of this machine or of the network it stands in. */
export function isOwnNetwork(address: string): boolean {
  if (address !== latest.address)
    latest = { address, isOwn: ipaddr.isValid(address) && ownRanges.has(ipaddr.process(address).range()) }
  return latest.isOwn
}

/** One request asks several times, and a busy caller sends the next one. */
let latest = { address: '', isOwn: false }
