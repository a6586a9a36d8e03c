import type { Evidence, Violation } from './evidence.ts'

/** A run's epoch never falls, and rises whenever the run has another owner. */
export function epochsRise({ samples, runs }: Evidence): Violation[] {
  const last = new Map<string, { epoch: number; workerId: string | null }>()
  const violations: Violation[] = []
  const see = (id: string, epoch: number, workerId: string | null) => {
    const before = last.get(id)
    if (before && epoch < before.epoch)
      violations.push({ invariant: 'I13', runId: id, what: `its epoch fell from ${before.epoch} to ${epoch}` })
    if (before && before.epoch === epoch && before.workerId !== null && workerId !== null && workerId !== before.workerId)
      violations.push({ invariant: 'I13', runId: id, what: `in epoch ${epoch} it was ${before.workerId}'s and ${workerId}'s` })
    last.set(id, { epoch, workerId: workerId ?? (before?.epoch === epoch ? before.workerId : null) })
  }
  for (const sample of samples) for (const run of sample.runs) see(run.id, run.epoch, run.workerId)
  for (const run of runs) see(run.id, run.epoch, run.workerId)
  return violations
}
