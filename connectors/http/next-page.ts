import { AppError } from '#shared/errors.ts'

/** The page that a `Link` header (RFC 8288) names as the next one; undefined when there is none, or it is this one. */
export function nextPageOf(link: string | undefined, address: URL): URL | undefined {
  for (const [, target = '', params = ''] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)/i.test(params)) continue
    const next = URL.parse(target, address.href)
    if (next === null || next.href === address.href) return undefined
    // What was sent to sign in is for this server.
    if (next.origin !== address.origin)
      throw new AppError('action_failed', `The next page is on another server, ${next.host}. It is not called.`)
    return next
  }
  return undefined
}
