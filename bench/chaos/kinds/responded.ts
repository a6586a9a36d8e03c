import { call, documentOf, webhook } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** The answer comes from a step in the middle: whoever is told it may rely on everything before it. */
export const responded: FlowKind = {
  name: 'responded',
  weight: 2,
  document: (place) =>
    documentOf('Responded', webhook('responded', 'respondStep'), {
      charge: call(place, 'charge', ['trigger'], { manners: { honour: 1 } }),
      reply: {
        type: 'respond',
        after: ['charge'],
        params: { status: 201, body: { tag: '{{ trigger.body.tag }}', call: '{{ steps.charge.body.call }}' } },
      },
      later: call(place, 'later', ['reply']),
    }),
  drive: async (drive) => void (await drive.webhook({}, { key: drive.random.chance(0.8), timeoutMs: 40_000 })),
  judge(seen) {
    const wrong = called(seen, ['charge', 'later'])
    const first = seen.calls.find((one) => one.path.endsWith('/charge'))
    for (const told of seen.told) {
      if (told.what !== 'start' || told.status !== 201) continue
      const expected = JSON.stringify({ tag: seen.tag, call: first?.n })
      if (told.text !== expected) wrong.push(`the caller was told ${told.text}, and ${expected} was charged`)
    }
    return wrong
  },
}
