import { call, documentOf, manual, output } from './document-of.ts'
import { called, gave } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A run that fails because the other side says no, and goes on when a person retries it, under a new key. */
export const failedThenRetried: FlowKind = {
  name: 'failed-then-retried',
  document: (place) =>
    documentOf('Failed, then retried', manual, {
      before: call(place, 'before', ['trigger']),
      refused: call(place, 'refused', ['before'], {
        manners: { fail: 1, failStatus: 422, countBy: 'path' },
        settings: { retry: { maxAttempts: 1 } },
      }),
      after: call(place, 'after', ['refused']),
      end: output(['after'], { before: '{{ steps.before.body.call }}' }),
    }),
  async drive(drive) {
    const runId = await drive.start()
    if (runId === undefined) return
    const failed = await drive.until(runId, (run) => run.status === 'failed')
    if (!failed) return
    await drive.insist({ what: 'retry', runId }, `/api/v1/runs/${runId}/retry`, { method: 'POST', body: {} })
  },
  judge(seen) {
    const before = seen.calls.findLast((one) => one.path.endsWith('/before') && one.status === 200)
    return [...gave(seen, { before: before?.n }), ...called(seen, ['before', 'refused', 'after'])]
  },
}
