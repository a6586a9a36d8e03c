import { hostile } from '../../testing/hostile.ts'

hostile('secrets nobody gave are not there, whatever they are called', {
  code: `export default async (context: any) => {
    const names = ['__proto__', 'constructor', 'toString', 'HOLDFAST_CANARY', 'HOLDFAST_SECRET_KEY', '../stripe', 'stripe\0', '']
    const got = await Promise.all(names.map((name) => context.secrets.get(name).then(() => name, () => null)))
    return got.filter((name) => name !== null)
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  gives: [],
})
