import type { Preset } from './verify-model.ts'

interface SenderWords {
  label: string
  /** What its secret is called there. */
  secret: string
  /** Where, at the sender, the address goes and the secret is found. */
  steps: readonly string[]
  /** What a new secret may be called here. */
  suggested: string
  /** How it names a delivery, so that the same one is known when it comes again. */
  delivery?: string
}

/** Each kind of check in words for whoever sets it up, with the names that stand on the sender's own pages. */
export const senderWords: { readonly [preset in Preset]: SenderWords } = {
  github: {
    label: 'GitHub',
    secret: 'Secret of the webhook',
    steps: [
      'In the repository or organisation: Settings › Webhooks › Add webhook.',
      'Paste the web address above, and choose “application/json”.',
      'Think of a long secret; write the same one there and here.',
    ],
    suggested: 'github-hook',
    delivery: 'GitHub’s number of the delivery',
  },
  stripe: {
    label: 'Stripe',
    secret: 'Signing secret',
    steps: [
      'In the dashboard: Developers › Webhooks › Add destination. Paste the web address above.',
      'Reveal its signing secret, which begins with whsec_, and keep it here.',
    ],
    suggested: 'stripe-hook',
    delivery: 'the id of Stripe’s event',
  },
  slack: {
    label: 'Slack',
    secret: 'Signing secret',
    steps: [
      'At api.slack.com/apps, in your app: Basic Information › App Credentials › Signing Secret. Keep it here first.',
      'Then paste the web address above under Event Subscriptions › Request URL. Slack’s test of it is answered by itself.',
    ],
    suggested: 'slack-signing',
    delivery: 'the id of Slack’s event',
  },
  shopify: {
    label: 'Shopify',
    secret: 'Signing key',
    steps: [
      'In the admin: Settings › Notifications › Webhooks › Create webhook. Paste the web address above.',
      'The key stands below the list of webhooks. For an app of your own it is the client secret.',
    ],
    suggested: 'shopify-hook',
    delivery: 'Shopify’s id of the delivery',
  },
  twilio: {
    label: 'Twilio',
    secret: 'Auth token',
    steps: [
      'In the console, at the phone number: paste the web address above, exactly as it is, for what comes in.',
      'The auth token stands on the first page of the account.',
    ],
    suggested: 'twilio-token',
    delivery: 'Twilio’s token of the delivery',
  },
  discord: {
    label: 'Discord',
    secret: 'Public key',
    steps: [
      'In the developer portal, in your application: General Information › Public Key. Keep it here first.',
      'Then paste the web address above under Interactions Endpoint URL. Discord’s test of it is answered by itself.',
    ],
    suggested: 'discord-key',
    delivery: 'the id of Discord’s interaction',
  },
  'standard-webhooks': {
    label: 'Standard Webhooks',
    secret: 'Secret',
    steps: [
      'Many services sign this way, also those that send through Svix. Paste the web address above where they list endpoints.',
      'The secret begins with whsec_. A public key, which begins with whpk_, does as well.',
    ],
    suggested: 'webhook',
    delivery: 'the sender’s id of the message',
  },
  header: {
    label: 'A header with a password',
    secret: 'Password',
    steps: ['The sender puts the password into the header, alone or after the word Bearer.'],
    suggested: 'hook-password',
  },
  basic: {
    label: 'User name and password',
    secret: 'Password',
    steps: ['The sender gives both with each request, as for a page that asks for them.'],
    suggested: 'hook-password',
  },
  jwt: {
    label: 'Signed token (JWT)',
    secret: 'Secret or public key',
    steps: ['The sender gives a token with each request, after the word Bearer in the Authorization header.'],
    suggested: 'token-key',
  },
  hmac: {
    label: 'Another signature (HMAC)',
    secret: 'Secret',
    steps: ['For any other sender that signs what it sends. Its documentation says how.'],
    suggested: 'hook-secret',
  },
}
