import { z } from 'zod'

/** Senders whose way of signing is known: a secret is all they need. */
export const knownSenders = ['github', 'stripe', 'slack', 'shopify', 'twilio', 'discord', 'standard-webhooks'] as const

const name = z.string().min(1)
/** The name of a workspace's secret, or of two while one is changed for the other. */
const secret = z.union([name, z.array(name).min(1).max(2)]).meta({ title: 'Secret' })
const header = name.meta({ title: 'Header' })
const jwt = {
  preset: z.literal('jwt'),
  audience: z.string().optional(),
  issuer: z.string().optional(),
}

/** How a webhook trigger knows who sends: `verify` in its params. */
export const WebhookVerify = z.union([
  ...knownSenders.map((preset) => z.strictObject({ preset: z.literal(preset), secret })),
  z.strictObject({
    preset: z.literal('hmac'),
    secret,
    algorithm: z
      .string()
      .regex(/^[sS][hH][aA]-?(1|256|384|512)$/, 'Use sha1, sha256, sha384 or sha512')
      .meta({ title: 'Algorithm', placeholder: 'sha256' }),
    header,
    encoding: z.enum(['hex', 'base64']).meta({ title: 'Written as' }),
    prefix: z.string().optional(),
    timestampHeader: z.string().min(1).optional().meta({ title: 'Header with the time' }),
    toleranceSeconds: z.number().nonnegative().optional().meta({ title: 'Oldest (seconds)' }),
  }),
  z.strictObject({ preset: z.literal('header'), header, secret }),
  z.strictObject({ preset: z.literal('basic'), user: z.string().meta({ title: 'User name' }), secret }),
  z.strictObject({ ...jwt, secret }),
  z.strictObject({
    ...jwt,
    secret: secret.optional(),
    jwksUrl: z
      .url({ protocol: /^https?$/ })
      .min(1)
      .regex(/^https?:\/\/\S+$/)
      .meta({ title: 'Address of the keys', placeholder: 'https://login.example.com/keys' }),
  }),
])

export type WebhookVerify = z.infer<typeof WebhookVerify>

/** The secrets it is checked with, by name. */
export function secretsOf(verify: WebhookVerify): string[] {
  return verify.secret === undefined ? [] : [verify.secret].flat()
}
