import { hostile } from '../../testing/hostile.ts'

hostile('asking for secrets without end is counted as calls', {
  code: `export default async (context: any) => {
    for (;;) await context.secrets.get('stripe')
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  limits: { cpuMs: 20_000 },
  endsAs: 'call_limit',
})
