import { call, documentOf } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

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
    const byTag = Map.groupBy(all, (seen) => seen.tag)
    const twice = [...byTag].flatMap(([tag, some]) => (some.length > 1 ? [`the event ${tag} made ${some.length} runs`] : []))
    const accepted = new Set(told.filter((one) => one.status >= 200 && one.status < 300).map((one) => one.tag))
    const never = [...accepted].filter((tag) => !byTag.has(tag)).map((tag) => `the event ${tag} was accepted and made no run`)
    return [...twice, ...never]
  },
}
