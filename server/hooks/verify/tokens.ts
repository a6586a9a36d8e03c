import { createHash } from 'node:crypto'
import { isSame } from './signatures.ts'
import { type Check, distrust, headerOf, trusted } from './verdict.ts'

/** A secret that is sent along as it is, alone or after `Bearer`. */
export function checkHeader(header: string): Check {
  return (request, secrets) => {
    const sent = headerOf(request, header)
    if (sent === undefined) return distrust('signature_missing')
    return isOneOf(sent.replace(/^Bearer\s+/i, ''), secrets) || isOneOf(sent, secrets) ? trusted : distrust('signature_wrong')
  }
}

/** User and password as browsers send them. https://www.rfc-editor.org/rfc/rfc7617 */
export function checkBasic(user: string): Check {
  return (request, secrets) => {
    const sent = /^Basic\s+([A-Za-z0-9+/_=-]+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1]
    if (sent === undefined) return distrust('signature_missing')
    const pairs = secrets.map((secret) => `${user}:${secret}`)
    return isOneOf(Buffer.from(sent, 'base64').toString(), pairs) ? trusted : distrust('signature_wrong')
  }
}

/** Compared by their checksums, which are as long as each other whatever the texts are. */
function isOneOf(sent: string, expected: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const given = digest(sent)
  return expected.map((one) => isSame(digest(one), given)).includes(true)
}
