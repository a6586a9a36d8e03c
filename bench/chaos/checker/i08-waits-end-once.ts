import type { Evidence, Violation } from './evidence.ts'
import { tagOf } from './seen-runs.ts'

/** Each wait is settled once, and at most one of those who called it was told that theirs is the one. */
export function waitsEndOnce({ events, told, runs, waits }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const [runId, journal] of events) {
    const settled = new Map<string, number>()
    const opened = new Set<string>()
    for (const { kind, path } of journal) {
      if (path === null) continue
      if (kind === 'step.waiting') opened.add(path)
      if (kind === 'step.finished' && opened.has(path)) settled.set(path, (settled.get(path) ?? 0) + 1)
    }
    for (const [path, times] of settled)
      if (times > 1) violations.push({ invariant: 'I8', runId, what: `${path} was settled ${times} times` })
  }
  const resumed = Map.groupBy(
    told.filter((one) => one.what === 'resume' && (one.status === 200 || one.status === 202)),
    (one) => one.runId ?? '',
  )
  for (const [runId, accepted] of resumed) {
    const said = new Set(accepted.map((one) => one.sent))
    if (said.size > 1)
      violations.push({ invariant: 'I8', runId, what: `several callers were told that theirs counts: ${[...said].join(', ')}` })
  }
  // What waits for nothing any more has no row left.
  const over = new Map(runs.filter((run) => run.finishedAt !== null && run.status !== 'failed').map((run) => [run.id, run]))
  for (const wait of waits) {
    const run = over.get(wait.runId)
    if (run)
      violations.push({
        invariant: 'I8',
        runId: run.id,
        what: `${tagOf(run) ?? ''} is over and ${wait.path} still waits (${wait.kind})`,
      })
  }
  return violations
}
