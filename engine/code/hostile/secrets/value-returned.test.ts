import { expect } from 'vitest'
import { hostile } from '../../testing/hostile.ts'

hostile('the value of a secret is not in what is returned, nor are its usual encodings', {
  code: `export default async (context: any) => {
    const key = await context.secrets.get('stripe')
    return { key, list: [key], [key]: 1, packed: btoa(key), escaped: encodeURIComponent(key), written: JSON.stringify({ key }) }
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  gives: expect.any(Object),
})
