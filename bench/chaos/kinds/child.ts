import { call, documentOf, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** What the flows that call flows call; nobody else starts it. Some of its runs fail, because their parent wants it so. */
export const child: FlowKind = {
  name: 'child',
  isPassive: true,
  document: (place) =>
    documentOf(
      'Child',
      { type: 'flowCalled', params: {} },
      {
        work: call(place, 'work', ['trigger'], { manners: { slowMs: 50 } }),
        fails: { type: 'branch', after: ['work'], params: { condition: '{{ trigger.body.fails === true }}' } },
        no: { type: 'stop', after: ['fails:true'], params: { as: 'failed', message: 'as asked' } },
        end: output(['fails:false'], { n: '{{ trigger.body.n * 2 }}' }),
      },
    ),
  drive: () => Promise.resolve(),
  judge(seen) {
    const { n, fails } = seen.input as { n: number; fails: boolean }
    if (seen.run.status === 'cancelled') return []
    if (fails) return seen.run.status === 'failed' ? called(seen, ['work']) : [`it ${seen.run.status} instead of failing`]
    return [...gave(seen, { n: n * 2 }), ...called(seen, ['work'])]
  },
  judgeAll(all) {
    const byParent = Map.groupBy(all, (seen) => seen.run.parent ?? 'none')
    return [...byParent].flatMap(([parent, some]) => {
      if (parent === 'none') return [`${some.length} of them have no parent`]
      return some.length > 1 ? [`${parent} made ${some.length} of them: ${some.map((seen) => seen.run.id).join(', ')}`] : []
    })
  },
}
