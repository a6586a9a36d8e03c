import type { EventRow, Evidence, Violation } from './evidence.ts'

const mostLateMs = 5000
/** A machine on which nobody gets to look at the database for so long, though it is time several times over, has none to spare for timers. */
const longestGapMs = 2000

/** A delay or retry is never taken early, and at most five seconds late once nothing stands in the way any more. */
export function timers(evidence: Evidence): Violation[] {
  const violations: Violation[] = []
  const hindrances = hindrancesOf(evidence)
  for (const [runId, journal] of evidence.events) {
    const due = new Map<string, number>()
    for (const event of journal) {
      if (event.path === null) continue
      const wanted = due.get(event.path)
      if (wanted !== undefined && takes(event)) {
        due.delete(event.path)
        if (event.at < wanted)
          violations.push({ invariant: 'I7', runId, what: `${event.path} went on ${wanted - event.at} ms early` })
        const late = event.at - clearFrom(hindrances, wanted, event.at)
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

interface Hindrance {
  from: number
  to: number
}

/** What keeps timers from being taken, in the order in which it began. */
function hindrancesOf({ faults, samples, leaseMs }: Evidence): Hindrance[] {
  const healing = faults.map(({ from, to }) => ({ from, to: to + leaseMs }))
  const stalls = samples.flatMap(({ at: to }, index) => {
    const from = samples[index - 1]?.at ?? to
    return to - from > longestGapMs ? [{ from, to }] : []
  })
  return [...healing, ...stalls].toSorted((a, b) => a.from - b.from)
}

/** From when on the timer could have been taken: after everything in the way that reached into the time until it was. */
function clearFrom(hindrances: readonly Hindrance[], wanted: number, taken: number): number {
  let clear = wanted
  for (const { from, to } of hindrances) if (from <= taken && to >= clear) clear = Math.max(clear, to)
  return clear
}
