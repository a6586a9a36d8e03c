import { call, documentOf, manual, output } from './document-of.ts'
import { called } from './expect.ts'
import type { FlowKind } from './kind.ts'

/** A wait for a call whose address the run itself gives away: called too early, in time, twice, by two at once, or never. */
export const waitsForCall: FlowKind = {
  name: 'waits-for-call',
  weight: 2,
  document: (place) =>
    documentOf('Waits for a call', manual, {
      announce: call(place, 'announce', ['trigger'], { body: { url: "{{ run.resumeUrl('hold') }}" } }),
      think: { type: 'delay', after: ['announce'], params: { for: '{{ trigger.body.thinkMs }}' } },
      hold: { type: 'waitForCall', after: ['think'], params: { timeout: '{{ trigger.body.timeout }}' } },
      heard: call(place, 'heard', ['hold:received'], { body: '{{ steps.hold.body }}' }),
      unheard: call(place, 'unheard', ['hold:timeout']),
      end: output(['heard', 'unheard'], { said: '{{ steps.hold.body.said }}' }),
    }),
  async drive(drive) {
    const { random } = drive
    const how = random.pick(['early', 'inTime', 'late', 'race'])
    // In a race the call and the deadline come at about the same moment.
    const timeout = how === 'late' ? '2s' : how === 'race' ? '1s' : '10m'
    const runId = await drive.start({ thinkMs: how === 'early' ? 1200 : 1, timeout })
    if (runId === undefined) return
    const announced = await drive.untilCalled('announce')
    if (!announced || how === 'late') return
    const address = new URL((JSON.parse(announced.body) as { url: string }).url).pathname
    if (how === 'race') await drive.sleep(random.whole(700, 1300))
    else if (how === 'inTime') await drive.until(runId, (run) => run.waits.some((wait) => wait.kind === 'call'), 20_000)
    const callers = random.chance(0.4) ? 2 : 1
    const resume = (n: number) => {
      const said = `${drive.tag}-${n}`
      return drive.insist({ what: 'resume', runId, sent: said }, address, { method: 'POST', body: { said } })
    }
    await Promise.all(Array.from({ length: callers }, (_, n) => resume(n)))
    if (random.chance(0.3)) await resume(9)
  },
  judge(seen) {
    if (seen.run.status !== 'succeeded') return [`it ${seen.run.status} instead of succeeding: ${seen.run.error ?? ''}`]
    const { said } = seen.output as { said: string | null }
    const wrong = called(seen, ['announce', said === null ? 'unheard' : 'heard'])
    const taken = seen.told.filter((told) => told.what === 'resume' && (told.status === 200 || told.status === 202))
    for (const one of taken) {
      if (one.sent !== said)
        wrong.push(`the caller who said ${one.sent} was told ${one.status}, and the run went on with ${said ?? 'the deadline'}`)
    }
    const refused = seen.told.filter((told) => told.what === 'resume' && told.status === 409)
    for (const one of refused) {
      // Asked again after an answer was lost, it is its own first call that was there before.
      const mayBeIts = seen.told.some((told) => told.sent === one.sent && told.status !== 409 && told.sentAt < one.sentAt)
      if (one.sent === said && !mayBeIts) wrong.push(`the caller who said ${one.sent} was told 409, and the run went on with it`)
    }
    return wrong
  },
}
