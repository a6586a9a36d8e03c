import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** Round after round with a pause in between, each seeing what the one before gave. */
export const rounds: FlowKind = {
  name: 'rounds',
  document: (place) =>
    documentOf('Rounds', manual, {
      again: {
        type: 'repeat',
        after: ['trigger'],
        params: { until: '{{ previous.sum >= trigger.body.enough }}', maxIterations: 20, delayMs: 200 },
      },
      add: { type: 'set', parent: 'again', params: { values: { sum: '{{ (previous?.sum ?? 0) + 3 }}' } } },
      tell: call(place, 'tell-{{ index }}', ['add'], { parent: 'again', body: { sum: '{{ steps.add.sum }}' } }),
      give: { ...output(['tell'], { sum: '{{ steps.add.sum }}' }), parent: 'again' },
      end: output(['again'], '{{ steps.again }}'),
    }),
  drive: async (drive) => void (await drive.start({ enough: drive.random.whole(1, 15) })),
  judge(seen) {
    const { enough } = seen.input as { enough: number }
    const iterations = Math.max(1, Math.ceil(enough / 3))
    return [
      ...gave(seen, { iterations, last: { sum: iterations * 3 } }),
      ...called(
        seen,
        Array.from({ length: iterations }, (_, index) => `tell-${index}`),
      ),
    ]
  },
}
