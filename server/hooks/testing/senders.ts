import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto'
import '@shopify/shopify-api/adapters/web-api'
import { sign as signAsGithub, verify as isGithubs } from '@octokit/webhooks-methods'
import { ApiVersion, shopifyApi } from '@shopify/shopify-api'
import { API_SECRET_KEY, getHmac } from '@shopify/shopify-api/test-helpers'
import { isValidSlackRequest } from '@slack/bolt'
import { verifyKey as isDiscords } from 'discord-interactions'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import twilio from 'twilio'

export interface SentHeaders {
  [name: string]: string
}

/** A service that sends webhooks, as its own library from npm has it. */
export interface Sender {
  preset: string
  /** What is kept as the secret. */
  secret: string
  /** What a request with this body bears; `address` is where it goes, before the sender adds to it. Some sign an id too. */
  sign(body: string, atMs: number, address: string, id?: string): Promise<{ headers: SentHeaders; address?: string }>
  /** Whether the sender's own library takes it for genuine at this time; one that looks at the clock itself is given that. */
  isGenuine(body: string, headers: SentHeaders, nowMs: number, address: string): Promise<boolean>
  /** The header with the signature, and with the time where that is signed. */
  signature: string
  time?: string
  /** Puts the name of a delivery where this sender does. */
  named(id: string): { body: string; headers: SentHeaders }
}

const seconds = (ms: number) => String(Math.floor(ms / 1000))
const jsonType = { 'content-type': 'application/json' }
const inHeader = (name: string) => (id: string) => ({ body: '{"a":1}', headers: { [name]: id } })
const inBody = (name: string) => (id: string) => ({ body: JSON.stringify({ type: 2, [name]: id }), headers: {} })

/** Libraries say no by throwing. */
function holds(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

const github: Sender = {
  preset: 'github',
  secret: 'github’s secret',
  signature: 'x-hub-signature-256',
  sign: async (body) => ({ headers: { ...jsonType, 'x-hub-signature-256': await signAsGithub(github.secret, body) } }),
  isGenuine: (body, headers) => isGithubs(github.secret, body, headers['x-hub-signature-256'] ?? '').catch(() => false),
  named: inHeader('x-github-delivery'),
}

const { webhooks } = new Stripe('sk_test_x')
const stripe: Sender = {
  preset: 'stripe',
  secret: 'whsec_of_stripe',
  signature: 'stripe-signature',
  sign: async (payload, atMs) => ({
    headers: {
      ...jsonType,
      'stripe-signature': webhooks.generateTestHeaderString({
        payload,
        secret: stripe.secret,
        timestamp: Math.floor(atMs / 1000),
      }),
    },
  }),
  isGenuine: async (body, headers, nowMs) =>
    holds(() => {
      if (webhooks.signature === null) throw new Error('This stripe can’t check')
      webhooks.signature.verifyHeader(body, headers['stripe-signature'] ?? '', stripe.secret, 300, undefined, nowMs)
    }),
  named: inBody('id'),
}

const standardKey = Buffer.from('twenty-four bytes of key').toString('base64')
const standard: Sender = {
  preset: 'standard-webhooks',
  secret: `whsec_${standardKey}`,
  signature: 'webhook-signature',
  time: 'webhook-timestamp',
  sign: async (body, atMs, _address, id = 'msg_1') => ({
    headers: {
      ...jsonType,
      'webhook-id': id,
      'webhook-timestamp': seconds(atMs),
      'webhook-signature': new StandardWebhook(standard.secret).sign(id, new Date(atMs), body),
    },
  }),
  isGenuine: async (body, headers) =>
    holds(() => new StandardWebhook(standard.secret).verify(body, headers, { jsonParse: false })),
  named: inHeader('webhook-id'),
}

const svix: Sender = {
  preset: 'standard-webhooks',
  secret: standardKey,
  signature: 'svix-signature',
  time: 'svix-timestamp',
  sign: async (body, atMs, _address, id = 'msg_1') => ({
    headers: {
      ...jsonType,
      'svix-id': id,
      'svix-timestamp': seconds(atMs),
      'svix-signature': new SvixWebhook(svix.secret).sign(id, new Date(atMs), body),
    },
  }),
  isGenuine: async (body, headers) => holds(() => new SvixWebhook(svix.secret).verify(body, headers)),
  named: inHeader('svix-id'),
}

/** Slack’s library only checks: what signs here is believed as far as that one believes it. */
const slack: Sender = {
  preset: 'slack',
  secret: 'slack’s signing secret',
  signature: 'x-slack-signature',
  time: 'x-slack-request-timestamp',
  sign: async (body, atMs) => ({
    headers: {
      ...jsonType,
      'x-slack-request-timestamp': seconds(atMs),
      'x-slack-signature': `v0=${createHmac('sha256', slack.secret)
        .update(`v0:${seconds(atMs)}:${body}`)
        .digest('hex')}`,
    },
  }),
  isGenuine: async (body, headers, nowMs) =>
    isValidSlackRequest({
      signingSecret: slack.secret,
      body,
      headers: {
        'x-slack-signature': headers['x-slack-signature'] ?? '',
        'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
      },
      nowMilliseconds: nowMs,
    }),
  named: inBody('event_id'),
}

const app = shopifyApi({
  apiKey: 'key',
  apiSecretKey: API_SECRET_KEY,
  apiVersion: ApiVersion.January26,
  hostName: 'hooks.test',
  isEmbeddedApp: false,
  logger: { log: () => undefined },
})

/** Shopify's library wants these beside the signature, as every delivery has them. */
const shopifyHeaders = (prefix: string) => ({
  [`${prefix}topic`]: 'orders/create',
  [`${prefix}api-version`]: '2026-01',
  [`${prefix}webhook-id`]: 'webhook-1',
  [`${prefix}shop-domain`]: 'shop.myshopify.com',
})

const shopifyWith = (prefix: 'x-shopify-' | 'shopify-'): Sender => ({
  preset: 'shopify',
  secret: API_SECRET_KEY,
  signature: `${prefix}hmac-sha256`,
  sign: async (body) => ({
    headers: { ...jsonType, ...shopifyHeaders(prefix), [`${prefix}hmac-sha256`]: getHmac(body, API_SECRET_KEY) },
  }),
  isGenuine: async (rawBody, headers) => {
    const rawRequest = new Request('https://hooks.test/', { method: 'POST', headers, body: rawBody })
    return (await app.webhooks.validate({ rawBody, rawRequest })).valid
  },
  named: inHeader(`${prefix}webhook-id`),
})

/** Twilio signs a form by its fields, and any other body by its checksum in the address. */
const twilioJson: Sender = {
  preset: 'twilio',
  secret: 'twilio’s auth token',
  signature: 'x-twilio-signature',
  sign: async (body, _atMs, before) => {
    const address = `${before}${before.includes('?') ? '&' : '?'}bodySHA256=${twilio.getExpectedBodyHash(body)}`
    const signature = twilio.getExpectedTwilioSignature(twilioJson.secret, address, {})
    return { address, headers: { ...jsonType, 'x-twilio-signature': signature } }
  },
  isGenuine: async (body, headers, _nowMs, address) =>
    twilio.validateRequestWithBody(twilioJson.secret, headers['x-twilio-signature'] ?? '', address, body),
  named: inHeader('i-twilio-idempotency-token'),
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const discord: Sender = {
  preset: 'discord',
  secret: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
  signature: 'x-signature-ed25519',
  time: 'x-signature-timestamp',
  sign: async (body, atMs) => ({
    headers: {
      ...jsonType,
      'x-signature-timestamp': seconds(atMs),
      'x-signature-ed25519': signWith(null, Buffer.from(seconds(atMs) + body), privateKey).toString('hex'),
    },
  }),
  isGenuine: (body, headers) =>
    isDiscords(body, headers['x-signature-ed25519'] ?? '', headers['x-signature-timestamp'] ?? '', discord.secret),
  named: inBody('id'),
}

/** Each by the name of the library that vouches for it. */
export const senders: { readonly [library: string]: Sender } = {
  '@octokit/webhooks-methods': github,
  stripe,
  standardwebhooks: standard,
  svix,
  '@slack/bolt': slack,
  '@shopify/shopify-api': shopifyWith('x-shopify-'),
  '@shopify/shopify-api, events': shopifyWith('shopify-'),
  twilio: twilioJson,
  'discord-interactions': discord,
}
