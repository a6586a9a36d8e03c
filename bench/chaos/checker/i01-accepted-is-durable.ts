import type { Evidence, Violation } from './evidence.ts'

/** What was answered with success is in the database. */
export function acceptedIsDurable({ told, runs }: Evidence): Violation[] {
  const known = new Set(runs.map((run) => run.id))
  return told
    .filter((one) => (one.what === 'start' || one.what === 'replay') && one.status >= 200 && one.status < 300)
    .map((one) => ({ ...one, madeId: one.made ?? one.runId }))
    .filter((one) => one.madeId !== undefined && !known.has(one.madeId))
    .map((one) => ({
      invariant: 'I1',
      runId: one.madeId,
      what: `${one.kind} ${one.tag} was answered ${one.status} with a run that is not in the database`,
    }))
}
