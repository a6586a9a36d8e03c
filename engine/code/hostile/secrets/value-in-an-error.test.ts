import { hostile } from '../../testing/hostile.ts'

hostile('the value of a secret is not told by an error, a stack or a line', {
  code: `export default async (context: any) => {
    const key = await context.secrets.get('stripe')
    context.log('key ' + key, { key, packed: btoa(key) })
    console.error(new Error(key))
    throw new Error('refused with ' + key)
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  endsAs: 'code_error',
  saying: 'refused with',
})
