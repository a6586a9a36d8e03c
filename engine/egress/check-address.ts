import ipaddr from 'ipaddr.js'

export type AllowedRange = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/** Reads the admin's list of private ranges that may be called; a wrong one is a mistake in the settings and throws. */
export function allowedRangesFrom(cidrs: readonly string[]): AllowedRange[] {
  return cidrs.map((cidr) => ipaddr.parseCIDR(cidr.includes('/') ? cidr : `${cidr}/${cidr.includes(':') ? 128 : 32}`))
}

/** Public by its number, private by its use: Azure's metadata service answers here from inside a machine. */
const metadataAddresses = new Set(['168.63.129.16'])

const globalUnicast: AllowedRange = [ipaddr.IPv6.parse('2000::'), 3]

/**
 * Says why an address must not be dialled, or undefined when it may be. Decided by number alone, so no spelling of an
 * address gets past it; an address that carries an IPv4 one inside is refused unless that inner one is allowed.
 */
export function addressProblem(text: string, allowed: readonly AllowedRange[]): string | undefined {
  if (!ipaddr.isValid(text)) return 'not an address'
  const address = ipaddr.parse(text)
  const plain = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address
  if (allowed.some((range) => isWithin(plain, range))) return undefined
  if (plain !== address) return 'an IPv4 address written as IPv6'
  if (metadataAddresses.has(address.toString())) return 'a metadata service'
  const range = address.range()
  if (range !== 'unicast') return rangeWords[range] ?? 'a reserved address'
  if (address instanceof ipaddr.IPv6) {
    if (address.zoneId !== undefined) return 'an address of this link only'
    if (!isWithin(address, globalUnicast)) return 'a reserved address'
    // ISATAP: the last 32 bits are an IPv4 address, whatever the prefix.
    if ((address.parts[4] ?? 0) % 0x200 === 0 && address.parts[5] === 0x5efe) return 'a tunnel to an IPv4 address'
  }
  return undefined
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: AllowedRange): boolean {
  return address.kind() === network.kind() && address.match(network, bits)
}

const rangeWords: { [range: string]: string } = {
  unspecified: 'an unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'this machine itself',
  carrierGradeNat: "a carrier's private address",
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  rfc6052: 'a tunnel to an IPv4 address',
  rfc6145: 'a tunnel to an IPv4 address',
  '6to4': 'a tunnel to an IPv4 address',
  teredo: 'a tunnel to an IPv4 address',
}

const metadataNames = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
])

/** Whether a name stands for a cloud's metadata service, whatever address it would resolve to. */
export function isMetadataName(hostname: string): boolean {
  return metadataNames.has(hostname.toLowerCase().replace(/\.$/, ''))
}
