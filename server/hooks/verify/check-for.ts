import type { WebhookVerify } from '#shared/webhook-verify.ts'
import { checkDiscord } from './discord.ts'
import { checkGithub } from './github.ts'
import { checkHmac } from './hmac.ts'
import { checkJwt } from './jwt.ts'
import type { FindKeys } from './key-sets.ts'
import { checkShopify } from './shopify.ts'
import { checkSlack } from './slack.ts'
import { checkStandardWebhooks } from './standard-webhooks.ts'
import { checkStripe } from './stripe.ts'
import { checkBasic, checkHeader } from './tokens.ts'
import { checkTwilio } from './twilio.ts'
import type { Check } from './verdict.ts'

/** What tells a request of a preset's sender from any other. */
export function checkFor(verify: WebhookVerify, findKeys: FindKeys): Check {
  switch (verify.preset) {
    case 'github':
      return checkGithub
    case 'stripe':
      return checkStripe
    case 'slack':
      return checkSlack
    case 'shopify':
      return checkShopify
    case 'twilio':
      return checkTwilio
    case 'discord':
      return checkDiscord
    case 'standard-webhooks':
      return checkStandardWebhooks
    case 'hmac':
      return checkHmac(verify)
    case 'header':
      return checkHeader(verify.header)
    case 'basic':
      return checkBasic(verify.user)
    case 'jwt':
      return checkJwt(verify, findKeys)
  }
}
