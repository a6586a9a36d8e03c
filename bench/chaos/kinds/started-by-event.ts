import { call, documentOf } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'
import { oneEach } from './one-each.ts'

/** A flow that an event starts: one run an event, however often it is sent under its id. */
export const startedByEvent: FlowKind = {
  name: 'started-by-event',
  document: (place) =>
    documentOf(
      'Started by an event',
      { type: 'event', params: { name: 'chaos-start' } },
      { work: call(place, 'work', ['trigger']) },
    ),
  async drive(drive) {
    const { tag } = drive
    const send = () =>
      drive.insist({ what: 'event', key: tag }, '/api/v1/events', {
        method: 'POST',
        body: { name: 'chaos-start', data: { tag }, id: tag },
      })
    await Promise.all(drive.random.chance(0.3) ? [send(), send()] : [send()])
  },
  judge: (seen) =>
    seen.run.status === 'succeeded' ? called(seen, ['work']) : [`it ${seen.run.status}: ${seen.run.error ?? ''}`],
  judgeAll(all, told) {
    const accepted = told.filter((one) => one.status >= 200 && one.status < 300)
    return oneEach('event', all, new Set(accepted.map((one) => one.tag)))
  },
}
