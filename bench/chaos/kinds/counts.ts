import { documentOf, output, manual } from './document-of.ts'
import type { FlowKind } from './kind.ts'

const code = `export default async ({ state, once, trigger }) => {
  for (;;) {
    const { value, version } = await state.get('count')
    try {
      await state.set('count', (value ?? 0) + 1, { ifVersion: version })
      return { number: (value ?? 0) + 1 }
    } catch (error) {
      if (error.code !== 'state_conflict') throw error
    }
  }
}`

/** A number counted up in the flow's state with compare-and-set: no two runs get the same one. */
export const counts: FlowKind = {
  name: 'counts',
  document: () =>
    documentOf('Counts', manual, {
      next: {
        type: 'code',
        after: ['trigger'],
        params: { code },
        settings: { retry: { maxAttempts: 20, minDelayMs: 50, maxDelayMs: 300 } },
      },
      end: output(['next'], '{{ steps.next.number }}'),
    }),
  drive: async (drive) => void (await drive.start()),
  judge: (seen) => (seen.run.status === 'succeeded' ? [] : [`it ${seen.run.status}: ${seen.run.error ?? ''}`]),
  judgeAll(all) {
    const byNumber = Map.groupBy(
      all.filter((seen) => seen.run.status === 'succeeded'),
      (seen) => String(seen.output),
    )
    return [...byNumber].flatMap(([number, some]) =>
      some.length > 1
        ? [`${some.length} runs were given the number ${number}: ${some.map((seen) => seen.run.id).join(', ')}`]
        : [],
    )
  },
}
