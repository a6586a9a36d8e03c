import { documentOf, output, webhook } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Code that calls out by itself, under the key it is given. */
export const codeFetch: FlowKind = {
  name: 'code-fetch',
  document: (place) =>
    documentOf('Code that fetches', webhook('code-fetch'), {
      ask: {
        type: 'code',
        after: ['trigger'],
        params: {
          inputs: { url: place.ledger('ask') },
          code: `export default async ({ input, run }) => {
            const reply = await fetch(input.url, { method: 'POST', headers: { 'idempotency-key': run.idempotencyKey }, body: '{}' })
            return { said: (await reply.json()).said }
          }`,
        },
        settings: { retry: { maxAttempts: 10, minDelayMs: 100, maxDelayMs: 500 } },
      },
      end: output(['ask'], '{{ steps.ask.said }}'),
    }),
  drive: async (drive) => void (await drive.webhook({}, { key: drive.random.chance(0.7) })),
  judge: (seen) => [...gave(seen, 'yes'), ...called(seen, ['ask'])],
}
