import { call, documentOf, webhook } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** No more than two of its runs work at the same time, the others queue; a pause gives its slot away. */
export const limited: FlowKind = {
  name: 'limited',
  weight: 2,
  limit: 2,
  document: (place) =>
    documentOf(
      'Limited',
      webhook('limited'),
      {
        a: call(place, 'a', ['trigger'], { manners: { slowMs: 100 } }),
        rest: { type: 'delay', after: ['a'], params: { for: '6s' } },
        b: call(place, 'b', ['rest'], { manners: { slowMs: 100 } }),
      },
      { concurrency: { limit: 2, onLimit: 'queue' } },
    ),
  drive: async (drive) => void (await drive.webhook({}, { key: drive.random.chance(0.7) })),
  judge: (seen) => (seen.run.status === 'succeeded' ? called(seen, ['a', 'b']) : [`it ${seen.run.status}`]),
}
