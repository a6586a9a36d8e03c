import { ageOf, bytesFrom, isAnySignedBy } from './signatures.ts'
import { type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

const toleranceSeconds = 300

/** `t=<seconds>,v1=<hex>,…` over `<t>.<body>`. https://docs.stripe.com/webhooks/signature */
export const checkStripe: Check = (request, secrets, nowMs) => {
  const header = headerOf(request, 'stripe-signature')
  if (header === undefined) return distrust('signature_missing')
  const pairs = header.split(',').map((pair) => pair.trim().split('=', 2))
  const timestamp = pairs.find(([name]) => name === 't')?.[1]
  const age = ageOf(timestamp, toleranceSeconds, nowMs)
  if (age === 'missing') return distrust('timestamp_missing')
  if (age === 'old') return distrust('timestamp_old')
  const signatures = pairs
    .map(([name, value = '']) => (name === 'v1' ? bytesFrom(value, 'hex') : undefined))
    .filter((signature) => signature !== undefined)
  if (signatures.length === 0) return distrust('signature_wrong')
  if (!request.bytes) return undecided
  const isSigned = isAnySignedBy(secrets, 'sha256', signatures, `${timestamp}.`, request.bytes)
  return isSigned ? trusted : distrust('signature_wrong')
}
