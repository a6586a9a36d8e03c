import type { EventRow, Evidence, Violation } from './evidence.ts'
import { keyParts } from './key-parts.ts'

/**
 * A step that succeeded is never executed again in its run. Seen in the journal: no attempt begins after a success.
 * Seen from outside: no more calls under a step's keys than attempts of it were begun in the journal, so none that
 * nobody had decided on, and none twice for one decision.
 */
export function checkpointsStand({ events, ledger }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const [runId, journal] of events) {
    const succeeded = new Set<string>()
    for (const { kind, path, seq } of journal) {
      // A new attempt of code reads again what it reads; see docs on state.
      if (path === null || path.includes('#state.get')) continue
      if (succeeded.has(path) && (kind === 'step.started' || kind === 'step.finished' || kind === 'step.waiting'))
        violations.push({ invariant: 'I3', runId, what: `${path} succeeded and has ${kind} again as event ${seq}` })
      if (kind === 'step.finished') succeeded.add(path)
    }
  }
  const calls = Map.groupBy(
    ledger.filter((call) => call.key !== undefined),
    (call) => {
      const parts = keyParts(call.key ?? '')
      return parts ? `${parts.runId} ${parts.path}` : ''
    },
  )
  for (const [place, made] of calls) {
    const [runId = '', path = ''] = place.split(' ')
    const journal = events.get(runId)
    if (place === '') continue
    if (!journal) {
      violations.push({ invariant: 'I3', runId, what: `the ledger was called for ${path} of a run that is not in the database` })
      continue
    }
    const begun = attemptsBegun(journal, path)
    if (made.length > begun) {
      const keys = [...new Set(made.map((call) => call.key))].join(', ')
      violations.push({
        invariant: 'I3',
        runId,
        what: `${path} called out ${made.length} times and was begun ${begun} times (${keys})`,
      })
    }
  }
  return violations
}

function attemptsBegun(journal: readonly EventRow[], path: string): number {
  return journal.filter((event) => event.kind === 'step.started' && event.path === path).length
}
