import { z } from 'zod'

const label = '[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?'
const pattern = new RegExp(`^((\\*\\.)?${label}(\\.${label})*|\\[[0-9A-Fa-f:.]+\\])(:\\d{1,5})?$`)

export const hostPatternHint =
  'A host looks like api.example.com, *.example.com or 10.0.0.7:8080, without https:// and without a path.'

/** A host: `api.example.com`, all below one as `*.example.com`, with a port when only that one is meant. */
export const HostPattern = z
  .string()
  .trim()
  .max(260)
  .regex(pattern, hostPatternHint)
  .transform((text) => text.toLowerCase())

/** Whether an address is at a host that one of the patterns means. */
export function isAtHost(url: { protocol: string; hostname: string; port: string }, patterns: readonly string[]): boolean {
  const hostname = url.hostname.replace(/\.$/, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return patterns.some((one) => {
    const [, host = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(one) ?? []
    if (wantedPort !== undefined && wantedPort !== port) return false
    return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) && hostname.length >= host.length : hostname === host
  })
}
