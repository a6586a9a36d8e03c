import { refersToSecret } from './refers-to-secret.ts'

/** One request on its way out; `body` is bytes or text, sent again on 307 and 308. */
export interface Hop {
  url: URL
  method: string
  headers: [name: string, value: string][]
  body: Uint8Array | string | undefined
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** The request a redirect asks for, or undefined when the answer isn't one. `mark` is in headers that refer to secrets. */
export function hopAfter(hop: Hop, status: number, location: string | undefined, mark?: string): Hop | undefined {
  if (!redirectStatuses.has(status) || location === undefined || !URL.canParse(location, hop.url.href)) return undefined
  const url = new URL(location, hop.url)
  const becomesGet = (status === 303 && hop.method !== 'HEAD') || ((status === 301 || status === 302) && hop.method === 'POST')
  const staysHome = url.origin === hop.url.origin
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    body: becomesGet ? undefined : hop.body,
    headers: hop.headers.filter(
      ([name, value]) =>
        (staysHome || !(isCredential(name) || (mark !== undefined && refersToSecret(value, mark)))) &&
        !(becomesGet && /^content-/i.test(name)),
    ),
  }
}

/** Credentials go to the host they were meant for only. Custom names are judged by the words in them. */
function isCredential(name: string): boolean {
  return /auth|cookie|token|secret|api-?key|access-?key|password|session|credential|signature/i.test(name)
}
