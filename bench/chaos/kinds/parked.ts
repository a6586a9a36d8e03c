import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A step that is refused for good waits for a person, who lets it try again or says what it gave. */
export const parked: FlowKind = {
  name: 'parked',
  document: (place) =>
    documentOf('Parked', manual, {
      refused: call(place, 'refused', ['trigger'], {
        manners: { fail: 1, failStatus: 422, countBy: 'path' },
        settings: { retry: { maxAttempts: 1 }, onError: 'park' },
      }),
      after: call(place, 'after', ['refused']),
      end: output(['after'], { said: '{{ steps.refused.body.said }}' }),
    }),
  async drive(drive) {
    const action = drive.random.pick(['retry', 'output'])
    const runId = await drive.start({ action })
    if (runId === undefined) return
    const isParked = await drive.until(runId, (run) => run.waits.some((wait) => wait.kind === 'attention'))
    if (!isParked) return
    const body = action === 'retry' ? { action } : { action, output: { body: { said: 'by hand' } } }
    await drive.insist({ what: 'other', runId, sent: action }, `/api/v1/runs/${runId}/steps/refused/resolve`, {
      method: 'POST',
      body,
    })
  },
  judge(seen) {
    const { action } = seen.input as { action: string }
    // An attempt that was lost after it was refused is repeated, and then it is not refused.
    const isByHand = action === 'output' && seen.events.some((event) => event.kind === 'step.resolved')
    return [
      ...gave(seen, { said: isByHand ? 'by hand' : 'yes' }),
      ...called({ ...seen, calls: seen.calls.filter((one) => !one.path.endsWith('/refused')) }, ['after']),
    ]
  },
}
