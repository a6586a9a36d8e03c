import { type Evidence, type Violation, versionKey } from './evidence.ts'
import { keyParts } from './key-parts.ts'

/** Everything a run told the outside is what the version it is recorded with says. */
export function oneVersion({ runs, ledger, tellings }: Evidence): Violation[] {
  const recorded = new Map(runs.map((run) => [run.id, run]))
  return ledger.flatMap((call) => {
    const run = recorded.get(keyParts(call.key ?? '')?.runId ?? '')
    const told = call.query['v']
    if (run === undefined || run.version === null || told === undefined) return []
    if (tellings.get(versionKey(run.flowId, run.version)) === Number(told)) return []
    return [
      {
        invariant: 'I14',
        runId: run.id,
        what: `${call.path} was called as by version ${told}, and the run is of version ${run.version}`,
      },
    ]
  })
}
