import { secretsOf, WebhookVerify } from '#shared/webhook-verify.ts'

/** The header in which callers send a secret as it is. */
export interface SentSecret {
  /** In small letters. */
  header: string
  /** What stands in its place wherever a request is kept or used: who looks at one must not learn how to make another. */
  shown: string
}

/** Undefined where callers prove that they know the secret without sending it. */
export function sentSecretOf(verify: unknown): SentSecret | undefined {
  const { data } = WebhookVerify.safeParse(verify)
  if (data?.preset !== 'header' && data?.preset !== 'basic') return undefined
  const header = data.preset === 'basic' ? 'authorization' : data.header.toLowerCase()
  return { header, shown: `[secret ${secretsOf(data).join(' or ')}]` }
}
