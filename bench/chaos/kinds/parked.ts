import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind, ShownRun } from './kind.ts'

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
    const body = action === 'retry' ? { action } : { action, output: { body: { said: 'by hand' } } }
    // An attempt that never arrived is parked too: the one after it is then refused, and waits for a person again.
    for (let since: string | undefined; ;) {
      const isNew = (wait: ShownRun['waits'][number]) => wait.kind === 'attention' && wait.since !== since
      const run = await drive.until(runId, ({ waits }) => waits.some(isNew))
      if (!run) return
      since = run.waits.find(isNew)?.since
      await drive.insist({ what: 'other', runId, sent: action }, `/api/v1/runs/${runId}/steps/refused/resolve`, {
        method: 'POST',
        body,
      })
    }
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
