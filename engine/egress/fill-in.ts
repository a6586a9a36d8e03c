import { AppError } from '#shared/errors.ts'
import { isAtHost } from '#shared/host-pattern.ts'
import type { EgressReferences, OpenedSecret } from '../ports.ts'
import type { Hop } from './redirect.ts'
import { decodedBasic, refersToSecret } from './refers-to-secret.ts'

const mostNamed = 5

/**
 * The headers of a request as they go out: where they refer to a secret, with its value, if that may be sent there.
 * Throws `egress_denied` when it may not, `secret_unavailable` when the flow has no such secret.
 */
export async function fillIn(hop: Hop, references: EgressReferences | undefined): Promise<Hop['headers']> {
  if (references === undefined) return hop.headers
  refuseElsewhere(hop, references.mark)
  if (!hop.headers.some(([, value]) => refersToSecret(value, references.mark))) return hop.headers
  return Promise.all(
    hop.headers.map(async ([name, value]): Promise<[string, string]> => [name, await filledIn(value, hop.url, references)]),
  )
}

async function filledIn(value: string, url: URL, references: EgressReferences): Promise<string> {
  const { mark } = references
  if (value.includes(mark)) return replaceAll(value, url, references)
  const decoded = decodedBasic(value)
  if (!decoded?.includes(mark)) return value
  return `Basic ${Buffer.from(await replaceAll(decoded, url, references)).toString('base64')}`
}

async function replaceAll(text: string, url: URL, references: EgressReferences): Promise<string> {
  const pattern = new RegExp(`\\[secret ([\\w.-]+) ${references.mark}\\]`, 'g')
  let filled = ''
  let at = 0
  for (const found of text.matchAll(pattern)) {
    const [whole, name = ''] = found
    const secret = await references.open(name)
    assertMayBeSent(secret, url)
    references.onSent?.(name, url.host)
    filled += text.slice(at, found.index) + secret.value
    at = found.index + whole.length
  }
  return filled + text.slice(at)
}

function assertMayBeSent({ name, value, hosts }: OpenedSecret, url: URL): void {
  if (!isAtHost(url, hosts)) {
    const bound =
      hosts.length === 0
        ? 'it is bound to no host yet'
        : `it is bound to ${hosts.slice(0, mostNamed).join(', ')}${hosts.length > mostNamed ? ' and more' : ''}`
    throw new AppError(
      'egress_denied',
      `The secret "${name}" may not be sent to ${url.host}: ${bound}. Add ${url.host} to its hosts under Values, or call one it is meant for.`,
      { beforeSending: true },
    )
  }
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
    throw new AppError(
      'invalid_input',
      `The secret "${name}" can't be sent in a header: it has a line break or another character that headers can't hold.`,
      { beforeSending: true },
    )
}

/** In an address or a body a reference would go out as it is, and be of no use to anybody. */
function refuseElsewhere({ url, body }: Hop, mark: string): void {
  const isInBody =
    typeof body === 'string'
      ? body.includes(mark)
      : body !== undefined && Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(mark)
  if (!isInBody && !url.href.includes(mark)) return
  throw new AppError(
    'invalid_input',
    `secrets.ref works in headers only, and is used in the ${isInBody ? 'body' : 'address'} here. Use await secrets.get(…) there.`,
    { beforeSending: true },
  )
}
