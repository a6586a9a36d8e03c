import { mailPathPattern } from '../flows/paths.ts'

/** Whom an e-mail is for: the mailbox, and what its sender put behind a plus. */
export interface Recipient {
  path: string
  tag: string
}

/** Reads `orders+eu@example.com`; undefined when nothing of ours can be meant. */
export function recipientFrom(address: string, domains: readonly string[]): Recipient | undefined {
  const at = address.lastIndexOf('@')
  const domain = address
    .slice(at + 1)
    .toLowerCase()
    .replace(/\.$/, '')
  if (at < 0 || !domains.includes(domain)) return undefined
  const local = address.slice(0, at)
  const plus = local.indexOf('+')
  const path = (plus < 0 ? local : local.slice(0, plus)).toLowerCase()
  return mailPathPattern.test(path) ? { path, tag: plus < 0 ? '' : local.slice(plus + 1) } : undefined
}
