import type { Evidence, Violation } from './evidence.ts'
import { keyParts } from './key-parts.ts'

/** Everything a run told the outside was of the version it is recorded with. */
export function oneVersion({ runs, ledger }: Evidence): Violation[] {
  const versions = new Map(runs.map((run) => [run.id, run.version]))
  return ledger.flatMap((call) => {
    const runId = keyParts(call.key ?? '')?.runId
    const told = call.query['v']
    const recorded = runId === undefined ? undefined : versions.get(runId)
    if (recorded === undefined || recorded === null || told === undefined || Number(told) === recorded) return []
    return [
      { invariant: 'I14', runId, what: `${call.path} was called by version ${told}, and the run is of version ${recorded}` },
    ]
  })
}
