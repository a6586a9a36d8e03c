import { bytesFrom, isSignedBy } from './signatures.ts'
import { type Check, distrust, headerOf, trusted, undecided } from './verdict.ts'

const prefix = 'sha256='

/**
 * GitHub signs the body with SHA-256; the SHA-1 header it still sends is not enough.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const checkGithub: Check = (request, secrets) => {
  const header = headerOf(request, 'x-hub-signature-256')
  if (header === undefined) return distrust('signature_missing')
  const signature = header.startsWith(prefix) ? bytesFrom(header.slice(prefix.length), 'hex') : undefined
  if (!signature) return distrust('signature_wrong')
  if (!request.bytes) return undecided
  return isSignedBy(secrets, 'sha256', signature, request.bytes) ? trusted : distrust('signature_wrong')
}
