import { bodyObject } from './body-object.ts'
import { ageOf, bytesFrom, isSignedBy } from './signatures.ts'
import { answered, type Check, distrust, headerOf, type SignedRequest, trusted, undecided } from './verdict.ts'

const toleranceSeconds = 300
const prefix = 'v0='

/** What asks whether the certificate is right is this long at most. */
const longestSslCheck = 4096

/**
 * `v0=<hex>` over `v0:<seconds>:<body>`; the check of the address, signed like any request, is answered here. So is
 * Slack's look at the certificate, which it doesn't sign: the answer says nothing, and nothing else comes of it.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 * https://docs.slack.dev/interactivity/implementing-slash-commands
 */
export const checkSlack: Check = (request, secrets, nowMs) => {
  if (mayBeSslCheck(request)) {
    if (!request.bytes) return undecided
    if (isSslCheck(request.bytes)) return answered({ status: 200, type: 'text/plain', body: '' })
  }
  const header = headerOf(request, 'x-slack-signature')
  if (header === undefined) return distrust('signature_missing')
  const timestamp = headerOf(request, 'x-slack-request-timestamp')
  const age = ageOf(timestamp, toleranceSeconds, nowMs)
  if (age === 'missing') return distrust('timestamp_missing')
  if (age === 'old') return distrust('timestamp_old')
  const signature = header.startsWith(prefix) ? bytesFrom(header.slice(prefix.length), 'hex') : undefined
  if (!signature) return distrust('signature_wrong')
  if (!request.bytes) return undecided
  if (!isSignedBy(secrets, 'sha256', signature, `v0:${timestamp}:`, request.bytes)) return distrust('signature_wrong')
  const { type, challenge } = bodyObject(request.bytes) ?? {}
  if (type === 'url_verification' && typeof challenge === 'string')
    return answered({ status: 200, type: 'text/plain', body: challenge })
  return trusted
}

function mayBeSslCheck(request: SignedRequest): boolean {
  if (headerOf(request, 'x-slack-signature') !== undefined) return false
  const isForm = headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded') === true
  return isForm && Number(headerOf(request, 'content-length')) <= longestSslCheck
}

function isSslCheck(bytes: Buffer): boolean {
  return bytes.byteLength <= longestSslCheck && new URLSearchParams(bytes.toString()).get('ssl_check') === '1'
}
