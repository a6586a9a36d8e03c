import type { Evidence, Violation } from './evidence.ts'

const acts = [
  { what: 'retry', action: 'run.retried', event: 'run.retried' },
  { what: 'cancel', action: 'run.cancelled', event: 'run.cancelRequested' },
  { what: 'replay', action: 'run.replayed', event: undefined },
] as const

/** Every privileged act that was answered with success, or shows in the journal, has its audit row, and no more rows than asked for. */
export function audited({ told, audit, events }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const { what, action, event } of acts) {
    const rows = Map.groupBy(
      audit.filter((row) => row.action === action),
      (row) => row.target ?? '',
    )
    const asked = Map.groupBy(
      told.filter((one) => one.what === what),
      (one) => one.runId ?? '',
    )
    for (const [runId, all] of asked) {
      const done = all.filter((one) => one.status >= 200 && one.status < 300).length
      const written = rows.get(runId)?.length ?? 0
      const seen = (events.get(runId) ?? []).filter((one) => one.kind === event).length
      if (written < Math.max(done, seen))
        violations.push({
          invariant: 'I17',
          runId,
          what: `${action}: done ${Math.max(done, seen)} times, with ${written} audit rows`,
        })
      if (written > all.length)
        violations.push({ invariant: 'I17', runId, what: `${action}: asked for ${all.length} times, with ${written} audit rows` })
    }
  }
  return violations
}
