import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('a reference in an address is not filled in', {
  code: `export default async (context: any) => {
    await fetch('http://api.stripe.example/?key=' + encodeURIComponent(String(context.secrets.ref('stripe'))))
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  answers: anyAnswer,
  gives: null,
})
