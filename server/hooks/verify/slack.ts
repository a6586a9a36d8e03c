import { bodyObject } from './body-object.ts'
import { ageOf, bytesFrom, isSignedBy } from './signatures.ts'
import { answered, type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

const toleranceSeconds = 300
const prefix = 'v0='

/**
 * `v0=<hex>` over `v0:<seconds>:<body>`; the check of the address, signed like any request, is answered here.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const checkSlack: Check = (request, secrets, nowMs) => {
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
