import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Every item of a list once, several at a time, with the results in their order; some are refused at first. */
export const forEach: FlowKind = {
  name: 'for-each',
  weight: 2,
  document: (place) =>
    documentOf('For each', manual, {
      each: { type: 'forEach', after: ['trigger'], params: { items: '{{ trigger.body.items }}', concurrency: 4 } },
      double: { type: 'set', parent: 'each', params: { values: { twice: '{{ item * 2 }}' } } },
      tell: call(place, 'tell-{{ index }}', ['double'], {
        parent: 'each',
        manners: { fail: 1, slowMs: 30 },
        body: { twice: '{{ steps.double.twice }}' },
      }),
      give: { ...output(['tell'], { index: '{{ index }}', twice: '{{ steps.double.twice }}' }), parent: 'each' },
      end: output(['each'], '{{ steps.each }}'),
    }),
  drive: async (drive) => void (await drive.start({ items: Array.from({ length: drive.random.whole(0, 12) }, (_, n) => n + 1) })),
  judge(seen) {
    const { items } = seen.input as { items: number[] }
    return [
      ...gave(
        seen,
        items.map((item, index) => ({ index, twice: item * 2 })),
      ),
      ...called(
        seen,
        items.map((_, index) => `tell-${index}`),
      ),
    ]
  },
}
