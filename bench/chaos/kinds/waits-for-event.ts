import { call, documentOf, manual, output } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/**
 * A wait for an event or for a signal to this run alone: sent before the wait is open, in time, twice under one id, or
 * beside others that don't match.
 */
export const waitsForEvent: FlowKind = {
  name: 'waits-for-event',
  weight: 2,
  document: (place) =>
    documentOf('Waits for an event', manual, {
      announce: call(place, 'announce', ['trigger']),
      think: { type: 'delay', after: ['announce'], params: { for: '{{ trigger.body.thinkMs }}' } },
      hold: {
        type: 'waitForEvent',
        after: ['think'],
        params: { name: 'chaos', match: '{{ event.tag == trigger.body.tag }}', timeout: '10m' },
      },
      heard: call(place, 'heard', ['hold:received'], { body: '{{ steps.hold }}' }),
      unheard: call(place, 'unheard', ['hold:timeout']),
      end: output(['heard', 'unheard'], '{{ steps.hold.said }}'),
    }),
  async drive(drive) {
    const { random, tag } = drive
    const isEarly = random.chance(0.5)
    const runId = await drive.start({ thinkMs: isEarly ? 1000 : 1 })
    if (runId === undefined) return
    if (!(await drive.untilCalled('announce'))) return
    if (!isEarly) await drive.until(runId, (run) => run.waits.some((wait) => wait.kind === 'event'), 20_000)
    const isSignal = random.chance(0.5)
    const send = (data: object, id: string) =>
      isSignal
        ? drive.insist({ what: 'signal', runId, key: id }, `/api/v1/runs/${runId}/signals/chaos`, {
            method: 'POST',
            body: { data, id },
          })
        : drive.insist({ what: 'event', runId, key: id }, '/api/v1/events', { method: 'POST', body: { name: 'chaos', data, id } })
    await send({ tag: 'nobody', said: 'other' }, `${tag}-other`)
    const right = () => send({ tag, said: 'first' }, `${tag}-1`)
    await Promise.all(random.chance(0.4) ? [right(), right()] : [right()])
    await send({ tag, said: 'second' }, `${tag}-2`)
  },
  judge(seen) {
    const sent = seen.told.filter((told) => told.what === 'signal' || told.what === 'event')
    const isTold = sent.some((told) => told.key?.endsWith('-1') && told.status >= 200 && told.status < 300)
    if (seen.run.status !== 'succeeded') return [`it ${seen.run.status} instead of succeeding: ${seen.run.error ?? ''}`]
    const wrong = called(seen, ['announce', seen.output === null ? 'unheard' : 'heard'])
    // Events that two servers take are told to runs by each of them in its own time: either may come first.
    const may = sent.some((told) => told.what === 'event') ? ['first', 'second'] : ['first']
    if (isTold && !may.includes(String(seen.output)))
      wrong.push(`the first one was accepted, and it went on with ${JSON.stringify(seen.output)}`)
    return wrong
  },
}
