import { call, documentOf, manual, output } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A decision asked for by link: given early or in time, by one or by two at once who disagree. */
export const approved: FlowKind = {
  name: 'approved',
  document: (place) =>
    documentOf('Approved', manual, {
      invite: call(place, 'invite', ['trigger'], { body: { url: "{{ run.approvalUrl('ask') }}" } }),
      ask: { type: 'approval', after: ['invite'], params: { title: 'Go on?', message: 'For the chaos.', timeout: '10m' } },
      yes: call(place, 'yes', ['ask:approved']),
      no: call(place, 'no', ['ask:rejected']),
      late: call(place, 'late', ['ask:timeout']),
      end: output(['yes', 'no', 'late'], { decision: '{{ steps.ask.decision }}', comment: '{{ steps.ask.comment }}' }),
    }),
  async drive(drive) {
    const { random, tag } = drive
    const runId = await drive.start()
    if (runId === undefined) return
    const invited = await drive.untilCalled('invite')
    if (!invited) return
    const address = new URL((JSON.parse(invited.body) as { url: string }).url).pathname
    await drive.until(runId, (run) => run.waits.some((wait) => wait.kind === 'approval'), 60_000)
    const decide = (decision: 'approve' | 'reject', n: number) => {
      const comment = `${tag}-${n}`
      return drive.insist({ what: 'approve', runId, sent: comment }, address, { method: 'POST', body: { decision, comment } })
    }
    await Promise.all(random.chance(0.5) ? [decide('approve', 1), decide('reject', 2)] : [decide('approve', 1)])
    if (random.chance(0.3)) await decide('reject', 3)
  },
  judge(seen) {
    if (seen.run.status !== 'succeeded') return [`it ${seen.run.status} instead of succeeding: ${seen.run.error ?? ''}`]
    const { decision, comment } = seen.output as { decision: string; comment: string | null }
    const wrong = called(seen, ['invite', decision === 'approved' ? 'yes' : decision === 'rejected' ? 'no' : 'late'])
    for (const told of seen.told) {
      const isTaken = told.what === 'approve' && told.status >= 200 && told.status < 300
      if (isTaken && told.sent !== comment)
        wrong.push(`${told.sent} was told ${told.status}, and ${comment ?? 'the deadline'} decided`)
    }
    return wrong
  },
}
