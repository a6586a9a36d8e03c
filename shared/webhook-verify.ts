import { z } from 'zod'

/** The name of a workspace's secret, or of two while one is changed for the other. */
const secret = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2)])
const seconds = z.number().nonnegative()

/** How a webhook trigger knows who sends: `verify` in its params. */
export const WebhookVerify = z.union([
  ...(['github', 'stripe', 'slack', 'shopify', 'twilio', 'discord', 'standard-webhooks'] as const).map((preset) =>
    z.strictObject({ preset: z.literal(preset), secret }),
  ),
  z.strictObject({
    preset: z.literal('hmac'),
    secret,
    algorithm: z.string().regex(/^sha-?(1|256|384|512)$/i, 'Use sha1, sha256, sha384 or sha512'),
    header: z.string().min(1),
    encoding: z.enum(['hex', 'base64']),
    prefix: z.string().optional(),
    timestampHeader: z.string().min(1).optional(),
    toleranceSeconds: seconds.optional(),
  }),
  z.strictObject({ preset: z.literal('header'), header: z.string().min(1), secret }),
  z.strictObject({ preset: z.literal('basic'), user: z.string(), secret }),
  z.strictObject({
    preset: z.literal('jwt'),
    jwksUrl: z.url({ protocol: /^https?$/ }).optional(),
    secret: secret.optional(),
    audience: z.string().optional(),
    issuer: z.string().optional(),
  }),
])

export type WebhookVerify = z.infer<typeof WebhookVerify>

/** The secrets it is checked with, by name. */
export function secretsOf(verify: WebhookVerify): string[] {
  return verify.secret === undefined ? [] : [verify.secret].flat()
}
