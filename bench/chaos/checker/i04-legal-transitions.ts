import type { Evidence, Violation } from './evidence.ts'

/** The journal has no gap, an end that stands unless a failed run was retried, and the same end as the row. */
export function legalTransitions({ runs, events, samples }: Evidence): Violation[] {
  const violations: Violation[] = []
  const endedFor = new Map<string, string>()
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
    if (isOver && run.status !== 'failed') endedFor.set(run.id, run.status)
  }
  // A row that was seen finished by nobody can't be seen unfinished after its end.
  const finishedAt = new Map(runs.flatMap((run) => (run.finishedAt === null ? [] : [[run.id, run.finishedAt] as const])))
  for (const sample of samples) {
    for (const { id } of sample.runs) {
      const at = finishedAt.get(id)
      if (at !== undefined && endedFor.has(id) && sample.at > at + 5000)
        violations.push({
          invariant: 'I4',
          runId: id,
          what: `it ended at ${new Date(at).toISOString()} and was seen going on ${sample.at - at} ms later`,
        })
    }
  }
  return violations
}
