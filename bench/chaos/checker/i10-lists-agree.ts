import type { Evidence, Violation } from './evidence.ts'

/** The lists by status have exactly the runs whose journal ended so. */
export function listsAgree({ listed, runs, events }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const [status, ids] of Object.entries(listed)) {
    const shown = new Set(ids)
    if (shown.size !== ids.length)
      violations.push({ invariant: 'I10', runId: undefined, what: `the list of ${status} runs has a run twice` })
    for (const run of runs) {
      const last = events.get(run.id)?.findLast((event) => event.kind === 'run.finished' || event.kind === 'run.retried')
      const isSo = last?.kind === 'run.finished' && last.data?.['status'] === status
      if (isSo && !shown.has(run.id))
        violations.push({ invariant: 'I10', runId: run.id, what: `it ${status} and the list of those does not have it` })
      if (!isSo && shown.has(run.id))
        violations.push({
          invariant: 'I10',
          runId: run.id,
          what: `the list of ${status} runs has it, its journal says otherwise`,
        })
    }
  }
  return violations
}
