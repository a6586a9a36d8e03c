import { createHash } from 'node:crypto'
import { sliceJson } from '#shared/json-text.ts'
import type { JsonText } from '#shared/json.ts'
import type { WebhookVerify } from '#shared/webhook-verify.ts'

/** Where senders put their own name for a delivery, which is the same when they send it again. */
const deliveryIds: { readonly [preset in WebhookVerify['preset']]?: readonly (readonly [string, string])[] } = {
  github: [['headers', 'x-github-delivery']],
  stripe: [['body', 'id']],
  slack: [['body', 'event_id']],
  shopify: [
    ['headers', 'x-shopify-webhook-id'],
    ['headers', 'shopify-webhook-id'],
  ],
  twilio: [['headers', 'i-twilio-idempotency-token']],
  discord: [['body', 'id']],
  'standard-webhooks': [
    ['headers', 'webhook-id'],
    ['headers', 'svix-id'],
  ],
}

const mostCharacters = 200

/**
 * A key of somebody outside, as it is kept: that of this address and no other. Whatever a stranger calls it, it is never
 * what another address, the clock or an event starts runs under.
 */
export function keyAt(path: string, key: string): string {
  return `/${path} ${key}`
}

/** The name of a delivery that its sender gave it, kept apart from keys that callers choose. */
export function deliveryKeyOf(preset: WebhookVerify['preset'] | undefined, trigger: JsonText): string | undefined {
  for (const path of (preset && deliveryIds[preset]) ?? []) {
    const id = textAt(trigger, path)
    // What a stranger calls it is ours to bound.
    if (id !== undefined && id !== '' && id.length <= mostCharacters) return `delivery:${id}`
  }
  return undefined
}

/**
 * What makes an e-mail the same when it comes again: its name, at the same address, and what it says. By its name alone
 * somebody who knows it could send another mail first, and the real one would count as come again.
 */
export function mailKeyOf(trigger: JsonText): string | undefined {
  if (textAt(trigger, ['kind']) !== 'email') return undefined
  const ofMail = [['path'], ['tag'], ['delivery'], ['body', 'subject'], ['body', 'text'], ['body', 'html']]
  const parts = ofMail.map((place) => textAt(trigger, place) ?? '')
  return `mail:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`
}

/** The key the caller chose, or that the page of a form carried. */
export function idempotencyKeyOf(trigger: JsonText): string | undefined {
  const key = textAt(trigger, ['headers', 'idempotency-key']) ?? textAt(trigger, ['submission'])
  return key !== undefined && key !== '' && key.length <= mostCharacters ? key : undefined
}

function textAt(trigger: JsonText, path: readonly string[]): string | undefined {
  const text = sliceJson(trigger, path)
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  return typeof value === 'string' ? value : undefined
}
