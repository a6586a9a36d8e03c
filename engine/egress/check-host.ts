import { isAtHost } from '#shared/host-pattern.ts'
import { AppError } from '#shared/errors.ts'
import type { EgressRule } from '../ports.ts'

const mostNamed = 5

/** Throws `egress_denied` when a list doesn't name the host of the address; every list has to. */
export function assertAllowedHost(url: URL, allow: readonly EgressRule[]): void {
  const refusing = allow.find(({ hosts }) => !isAtHost(url, hosts))
  if (refusing === undefined) return
  const whose = refusing.by === 'flow' ? 'this flow' : 'this workspace'
  const next =
    refusing.by === 'flow'
      ? `Add it to the flow’s settings (egress.allow) and publish, or call one of those.`
      : `An admin can add it in Settings, under Calls outside.`
  throw new AppError(
    'egress_denied',
    `Calls to ${url.host} are not allowed: ${whose} may call ${listed(refusing.hosts)}. ${next}`,
  )
}

function listed(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'nobody'
  const named = hosts.slice(0, mostNamed).join(', ')
  return hosts.length > mostNamed ? `only ${named} and ${hosts.length - mostNamed} more` : `only ${named}`
}
