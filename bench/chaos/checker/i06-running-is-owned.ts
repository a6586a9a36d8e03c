import type { Evidence, Violation } from './evidence.ts'

const graceMs = 15_000
/** Looks that are further apart than this have the database away in between, when nobody could take anything over. */
const longestGapMs = 3000

/** Nothing stays *running* without a live lease for more than the lease and 15 seconds. */
export function runningIsOwned({ samples, leaseMs }: Evidence): Violation[] {
  const orphanedSince = new Map<string, number>()
  const reported = new Map<string, Violation>()
  let before: number | undefined
  for (const { at, runs } of samples) {
    if (before !== undefined && at - before > longestGapMs) orphanedSince.clear()
    before = at
    const orphans = new Set(runs.filter((run) => run.status === 'running' && isOrphan(run, leaseMs)).map((run) => run.id))
    for (const id of orphanedSince.keys()) if (!orphans.has(id)) orphanedSince.delete(id)
    for (const id of orphans) {
      const since = orphanedSince.get(id) ?? at
      orphanedSince.set(id, since)
      if (at - since > leaseMs + graceMs && !reported.has(id))
        reported.set(id, {
          invariant: 'I6',
          runId: id,
          what: `it was running for ${at - since} ms with no worker alive that holds it`,
        })
    }
  }
  return [...reported.values()]
}

function isOrphan(run: { isWorkerLive: boolean; beatAgeMs: number | null }, leaseMs: number): boolean {
  return !run.isWorkerLive || run.beatAgeMs === null || run.beatAgeMs > leaseMs
}
