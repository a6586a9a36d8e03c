import { call, documentOf, webhook } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Steps of all its runs share a slot, an urgent run is served first, and so many begin a second. */
export const slotted: FlowKind = {
  name: 'slotted',
  weight: 1,
  document: (place) =>
    documentOf(
      'Slotted',
      webhook('slotted'),
      {
        a: call(place, 'a', ['trigger'], { manners: { slowMs: 20 }, settings: { concurrency: { limit: 5, key: 'shared' } } }),
        rest: { type: 'delay', after: ['a'], params: { for: '200ms' } },
        b: call(place, 'b', ['rest'], { manners: { slowMs: 20 }, settings: { concurrency: { limit: 5, key: 'shared' } } }),
        c: call(place, 'c', ['rest'], { settings: { concurrency: { limit: 2 } } }),
      },
      { throttle: { limit: 20, per: 'second' }, priority: 3 },
    ),
  drive: async (drive) => void (await drive.webhook({}, { key: drive.random.chance(0.7) })),
  judge: (seen) => (seen.run.status === 'succeeded' ? called(seen, ['a', 'b', 'c']) : [`it ${seen.run.status}`]),
}
