import { hostile } from '../../testing/hostile.ts'

hostile('a reference to a secret holds nothing of it, wherever one looks', {
  code: `export default async (context: any) => {
    const ref: any = context.secrets.ref('stripe')
    const seen = [String(ref), JSON.stringify(ref), Object.getOwnPropertyNames(ref).map((key) => String(ref[key])), ref.valueOf?.(), [...Object.values(ref)]]
    context.log('look', { ref })
    console.log(ref)
    return seen.length
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  gives: 5,
})
