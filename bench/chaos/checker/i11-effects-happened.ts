import type { Evidence, Violation } from './evidence.ts'
import { keyParts } from './key-parts.ts'

/** A call the journal says succeeded was answered with success outside, under one of the step's keys. */
export function effectsHappened({ runs, events, plans, ledger }: Evidence): Violation[] {
  const answered = new Set<string>()
  for (const call of ledger) {
    const parts = keyParts(call.key ?? '')
    if (parts && call.status >= 200 && call.status < 300) answered.add(`${parts.runId} ${parts.path}`)
  }
  return runs.flatMap((run) => {
    const steps = plans.get(run.planHash)
    // What a replay keeps happened in the run it replays.
    if (run.replayOf !== null) return []
    return (events.get(run.id) ?? []).flatMap((event) => {
      if (event.kind !== 'step.finished' || event.path === null) return []
      const step = steps?.[event.path.replaceAll(/.*\//g, '')]
      if (step?.type !== 'http.request' || answered.has(`${run.id} ${event.path}`)) return []
      return [
        { invariant: 'I11', runId: run.id, what: `${event.path} succeeded and the ledger has no call that was answered so` },
      ]
    })
  })
}
