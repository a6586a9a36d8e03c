import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Address ranges of the proxies that are believed when they say whom they pass on. */
export type TrustedProxies = readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[]

/** Reads `10.0.0.0/8` or a single address; what can't be used gives a sentence's end that says why. */
export function trustedProxyFrom(text: string): TrustedProxies[number] | string {
  const [address = '', bits, more] = text.split('/')
  if (isIP(address) === 0 || more !== undefined || (bits !== undefined && !ipaddr.isValidCIDR(text)))
    return `must be addresses or ranges such as 10.0.0.0/8, separated by commas; "${text}" is none`
  const network = ipaddr.parse(address)
  const length = bits === undefined ? network.toByteArray().length * 8 : Number(bits)
  if (length === 0) return `must not hold "${text}": everybody would be believed, whatever address they claim to have`
  if (!(network instanceof ipaddr.IPv6) || !network.isIPv4MappedAddress() || length < 96) return [network, length]
  return [network.toIPv4Address(), length - 96]
}

/** Whether a proxy at this address is believed. */
export function isTrustedProxy(proxies: TrustedProxies, address: string): boolean {
  if (proxies.length === 0 || isIP(address) === 0) return false
  const plain = ipaddr.process(address)
  return proxies.some(([network, bits]) => network.kind() === plain.kind() && plain.match(network, bits))
}
