import type { Evidence, Violation } from './evidence.ts'
import { tagOf } from './seen-runs.ts'

/** After the last fault heals every run ends, and new work of every kind is served. */
export function everythingEnds({ runs, restedAt, healedAt, served, flows, waits }: Evidence): Violation[] {
  const open = runs.filter((run) => run.finishedAt === null)
  const violations = open.map((run): Violation => {
    const of = waits.filter((wait) => wait.runId === run.id).map((wait) => `${wait.path} (${wait.kind})`)
    const where = `${flows.get(run.flowId)?.kind ?? run.flowId} ${tagOf(run) ?? ''} is still ${run.status}`
    const why = of.length > 0 ? `, waiting for ${of.join(', ')}` : ''
    return { invariant: 'I20', runId: run.id, what: `${where}${why}; ready ${run.ready}, owner ${run.workerId ?? 'none'}` }
  })
  if (restedAt === undefined && open.length === 0)
    violations.push({
      invariant: 'I20',
      runId: undefined,
      what: `nothing had come to rest long after the last fault healed at ${new Date(healedAt).toISOString()}`,
    })
  for (const { kind, isServed, said } of served) {
    if (!isServed)
      violations.push({
        invariant: 'I20',
        runId: undefined,
        what: `new work of ${kind} was not served after the last fault: ${said}`,
      })
  }
  return violations
}
