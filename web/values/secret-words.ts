import type { SecretSummary } from '#shared/values.ts'

const mostNamed = 3

/** Which flows may use it. */
export function flowsWords(flows: SecretSummary['flows'], names: ReadonlyMap<string, string> | undefined): string {
  if (flows === 'all') return 'For every flow'
  if (flows.length === 0) return 'For no flow yet'
  return `For ${listed(flows.map((id) => names?.get(id) ?? 'a flow'))}`
}

/** Where a reference to it may be sent. */
export function hostsWords(hosts: readonly string[]): string {
  return hosts.length === 0 ? 'not sent anywhere by reference' : `sent to ${listed(hosts)}`
}

function listed(items: readonly string[]): string {
  const named = items.slice(0, mostNamed).join(', ')
  return items.length > mostNamed ? `${named} and ${items.length - mostNamed} more` : named
}
