import { call, documentOf, output, webhook } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A webhook answered at once, with three calls in a row behind it: the plainest way to lose or repeat something. */
export const chain: FlowKind = {
  name: 'chain',
  mayPause: true,
  weight: 3,
  document: (place) =>
    documentOf('Chain', webhook('chain'), {
      first: { type: 'set', after: ['trigger'], params: { values: { n: '{{ trigger.body.n }}' } } },
      a: call(place, 'a', ['first']),
      b: call(place, 'b', ['a']),
      c: call(place, 'c', ['b'], { manners: { slowMs: 60 } }),
      end: output(['c'], { n: '{{ steps.first.n }}', said: '{{ steps.c.body.said }}' }),
    }),
  drive: async (drive) => void (await drive.webhook({ n: 7 }, { key: drive.random.chance(0.7) })),
  judge: (seen) => [...gave(seen, { n: 7, said: 'yes' }), ...called(seen, ['a', 'b', 'c'])],
}
