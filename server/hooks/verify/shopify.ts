import { bytesFrom, isSignedBy } from './signatures.ts'
import { type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

/**
 * Base64 over the body; Shopify's newer kind, events, names its headers without the `X-`.
 * https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 */
export const checkShopify: Check = (request, secrets) => {
  const header = headerOf(request, 'x-shopify-hmac-sha256') ?? headerOf(request, 'shopify-hmac-sha256')
  if (header === undefined) return distrust('signature_missing')
  const signature = bytesFrom(header, 'base64')
  if (!signature) return distrust('signature_wrong')
  if (!request.bytes) return undecided
  return isSignedBy(secrets, 'sha256', signature, request.bytes) ? trusted : distrust('signature_wrong')
}
