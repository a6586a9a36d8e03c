import { call, documentOf, manual, output } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A finished run replayed from its middle: what was before is kept and not done again, the rest is a new run's. */
export const replayed: FlowKind = {
  name: 'replayed',
  document: (place) =>
    documentOf('Replayed', manual, {
      a: call(place, 'a', ['trigger']),
      b: call(place, 'b', ['a']),
      c: call(place, 'c', ['b'], { manners: { slowMs: 50 } }),
      end: output(['c'], { a: '{{ steps.a.body.call }}', b: '{{ steps.b.body.call }}' }),
    }),
  async drive(drive) {
    const runId = await drive.start()
    if (runId === undefined) return
    const done = await drive.until(runId, (run) => run.status === 'succeeded')
    if (!done) return
    const from = drive.random.pick(['b', 'c'])
    await drive.insist({ what: 'replay', runId, sent: from }, `/api/v1/runs/${runId}/replay`, { method: 'POST', body: { from } })
  },
  judge(seen) {
    if (seen.run.status !== 'succeeded') return [`it ${seen.run.status} instead of succeeding: ${seen.run.error ?? ''}`]
    if (seen.run.replayOf === null) return called(seen, ['a', 'b', 'c'])
    // From b or from c on; which it was shows in what was called.
    const isFromB = seen.calls.some((one) => one.path.endsWith('/b'))
    return called(seen, isFromB ? ['b', 'c'] : ['c'])
  },
  judgeAll(all) {
    const byId = new Map(all.map((seen) => [seen.run.id, seen]))
    return all.flatMap((seen) => {
      const first = byId.get(seen.run.replayOf ?? '')
      if (!first || seen.run.status !== 'succeeded') return []
      const [kept, original] = [seen.output as { a: number }, first.output as { a: number }]
      return kept.a === original.a ? [] : [`${seen.run.id} kept ${kept.a} of a, and ${first.run.id} had ${original.a}`]
    })
  },
}
