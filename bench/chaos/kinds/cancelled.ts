import { call, documentOf, manual } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A run that is cancelled while it works or waits, or in the very moment it ends. */
export const cancelled: FlowKind = {
  name: 'cancelled',
  document: (place) =>
    documentOf('Cancelled', manual, {
      a: call(place, 'a', ['trigger'], { manners: { slowMs: 150 } }),
      rest: { type: 'delay', after: ['a'], params: { for: '{{ trigger.body.rest }}' } },
      b: call(place, 'b', ['rest']),
    }),
  async drive(drive) {
    const isRace = drive.random.chance(0.4)
    const runId = await drive.start({ rest: isRace ? '300ms' : '1h' })
    if (runId === undefined) return
    await drive.sleep(drive.random.whole(0, 900))
    const when = drive.random.pick(['now', 'afterStep'])
    await drive.insist({ what: 'cancel', runId }, `/api/v1/runs/${runId}/cancel`, { method: 'POST', body: { when } })
  },
  judge(seen) {
    const { rest } = seen.input as { rest: string }
    const isTaken = seen.told.some((told) => told.what === 'cancel' && told.status < 300 && told.status > 0)
    const wrong: string[] = []
    if (seen.run.status === 'succeeded') {
      if (rest === '1h') wrong.push('it succeeded without waiting an hour')
      wrong.push(...called(seen, ['a', 'b']))
    } else if (seen.run.status !== 'cancelled') wrong.push(`it ${seen.run.status} instead of being cancelled`)
    else if (!isTaken && !seen.told.some((told) => told.what === 'cancel'))
      wrong.push('it is cancelled, and nobody asked for that')
    else if (rest === '1h' && seen.calls.some((one) => one.path.endsWith('/b'))) wrong.push('it called b, which was an hour away')
    return wrong
  },
}
