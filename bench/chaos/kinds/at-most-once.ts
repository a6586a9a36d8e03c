import { call, documentOf, manual, output } from './document-of.ts'
import type { FlowKind } from './kind.ts'

/** A call that must never be made twice: when its worker dies in the middle, a person says what became of it. */
export const atMostOnce: FlowKind = {
  name: 'at-most-once',
  document: (place) =>
    documentOf('At most once', manual, {
      pay: call(place, 'pay', ['trigger'], { manners: { slowMs: 200 }, settings: { delivery: 'atMostOnce' } }),
      after: call(place, 'after', ['pay']),
      end: output(['after'], { said: '{{ steps.pay.body.said }}' }),
    }),
  async drive(drive) {
    const runId = await drive.start()
    if (runId === undefined) return
    for (;;) {
      const doubt = await drive.until(runId, (run) => run.waits.some((wait) => wait.kind === 'inDoubt'))
      if (!doubt || drive.isOver()) return
      const answer = await drive.insist({ what: 'other', runId, sent: 'output' }, `/api/v1/runs/${runId}/steps/pay/resolve`, {
        method: 'POST',
        body: { action: 'output', output: { body: { said: 'by hand' } } },
      })
      // The one that was paying may still be at it: it is asked again after a while.
      if (answer.status !== 409 || answer.json['code'] !== 'in_doubt') return
      await drive.sleep(500)
    }
  },
  judge(seen) {
    if (seen.run.status !== 'succeeded') return [`it ${seen.run.status} instead of succeeding: ${seen.run.error ?? ''}`]
    const paid = seen.calls.filter((one) => one.path.endsWith('/pay')).length
    const isByHand = seen.events.some((event) => event.kind === 'step.resolved')
    const { said } = seen.output as { said: string }
    const wrong: string[] = []
    if (paid > 1) wrong.push(`it was paid ${paid} times`)
    if (paid === 0 && !isByHand) wrong.push('it was never paid')
    if (said !== (isByHand ? 'by hand' : 'yes')) wrong.push(`it says ${said}`)
    return wrong
  },
}
