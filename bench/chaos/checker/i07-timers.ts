import type { EventRow, Evidence, Violation } from './evidence.ts'

const mostLateMs = 5000

/** A delay or retry is never taken early, and at most five seconds late once nothing stands in the way any more. */
export function timers(evidence: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const [runId, journal] of evidence.events) {
    const due = new Map<string, number>()
    for (const event of journal) {
      if (event.path === null) continue
      const wanted = due.get(event.path)
      if (wanted !== undefined && takes(event)) {
        due.delete(event.path)
        if (event.at < wanted)
          violations.push({ invariant: 'I7', runId, what: `${event.path} went on ${wanted - event.at} ms early` })
        const late = event.at - clearFrom(evidence, wanted, event.at)
        if (late > mostLateMs)
          violations.push({ invariant: 'I7', runId, what: `${event.path} went on ${late} ms late, with nothing in the way` })
      }
      const at = dueAt(event)
      if (at !== undefined) due.set(event.path, at)
    }
  }
  return violations
}

function dueAt({ kind, data }: EventRow): number | undefined {
  const at =
    kind === 'step.waiting' && data?.['kind'] === 'delay' ? data['until'] : kind === 'step.failed' ? data?.['retryAt'] : undefined
  return typeof at === 'number' ? at : undefined
}

function takes({ kind }: EventRow): boolean {
  return kind === 'step.finished' || kind === 'step.started' || kind === 'step.waiting' || kind === 'step.failed'
}

/** From when on the timer could have been taken: after every fault that reached into the time until it was. */
function clearFrom({ faults, leaseMs }: Evidence, wanted: number, taken: number): number {
  let clear = wanted
  const inOrder = faults.toSorted((a, b) => a.from - b.from)
  for (const fault of inOrder) if (fault.from <= taken && fault.to + leaseMs >= clear) clear = Math.max(clear, fault.to + leaseMs)
  return clear
}
