import type { Evidence, Violation } from './evidence.ts'

/** The journal has no gap, an end that stands unless a failed run was retried, and the same end as the row. */
export function legalTransitions({ runs, events, samples }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const run of runs) {
    const journal = events.get(run.id) ?? []
    let end: string | undefined
    const report = (what: string) => violations.push({ invariant: 'I4', runId: run.id, what })
    if (journal.length === 0) report('its journal is empty')
    for (const [index, event] of journal.entries()) {
      if (event.seq !== index) {
        report(`its journal has event ${event.seq} in place ${index}`)
        break
      }
      if (end !== undefined && !(event.kind === 'run.retried' && end === 'failed'))
        report(`after it ${end} its journal goes on with ${event.kind}`)
      if (event.kind === 'run.finished') end = String(event.data?.['status'])
      else if (end !== undefined) end = undefined
    }
    const isOver = run.finishedAt !== null
    if (isOver && run.status !== end) report(`its row says ${run.status} and its journal ${end ?? 'that it goes on'}`)
    if (!isOver && end !== undefined) report(`its journal says that it ${end} and its row that it is ${run.status}`)
  }
  const torn = new Set(samples.flatMap((sample) => sample.runs.filter((run) => run.isOver).map((run) => run.id)))
  for (const id of torn)
    violations.push({ invariant: 'I4', runId: id, what: 'it was among the finished and the unfinished runs at once' })
  return violations
}
