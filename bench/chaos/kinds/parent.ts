import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A run that has another flow run, waits for what it gives, and is cancelled now and then. */
export const parent: FlowKind = {
  name: 'parent',
  weight: 2,
  document: (place) =>
    documentOf('Parent', manual, {
      before: call(place, 'before', ['trigger']),
      run: {
        type: 'callFlow',
        after: ['before'],
        params: {
          flowId: place.flowId('child'),
          input: { tag: '{{ trigger.body.tag }}', n: '{{ trigger.body.n }}', fails: '{{ trigger.body.fails }}' },
        },
        settings: { onError: 'route' },
      },
      after: call(place, 'after', ['run']),
      sorry: call(place, 'sorry', ['run:error']),
      end: output(['after', 'sorry'], '{{ steps.run.n ?? steps.run.error.code }}'),
    }),
  async drive(drive) {
    const runId = await drive.start({ n: drive.random.whole(1, 9), fails: drive.random.chance(0.25) })
    if (runId === undefined || !drive.random.chance(0.2)) return
    await drive.sleep(drive.random.whole(0, 800))
    await drive.insist({ what: 'cancel', runId }, `/api/v1/runs/${runId}/cancel`, { method: 'POST', body: { when: 'now' } })
  },
  judge(seen) {
    const { n, fails } = seen.input as { n: number; fails: boolean }
    const isAsked = seen.told.some((told) => told.what === 'cancel')
    if (seen.run.status === 'cancelled') return isAsked ? [] : ['it is cancelled, and nobody asked for that']
    return [...gave(seen, fails ? 'flow_failed' : n * 2), ...called(seen, ['before', fails ? 'sorry' : 'after'])]
  },
}
