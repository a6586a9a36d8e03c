import { kinds } from '../kinds/index.ts'
import type { Evidence, Violation } from './evidence.ts'
import { seenRuns } from './seen-runs.ts'

/** Every run came out as its kind is to come out, whatever happened meanwhile. */
export function kindsComeOut(evidence: Evidence): Violation[] {
  const byKind = Map.groupBy(
    seenRuns(evidence).filter((seen) => seen.run.finishedAt !== null),
    (seen) => seen.kind,
  )
  return kinds.flatMap((kind) => {
    const all = byKind.get(kind.name) ?? []
    const each = all.flatMap((seen) =>
      kind.judge(seen).map((what) => ({ runId: seen.run.id, what: `${kind.name} ${seen.tag}: ${what}` })),
    )
    const together = (
      kind.judgeAll?.(
        all,
        evidence.told.filter((told) => told.kind === kind.name),
      ) ?? []
    ).map((what) => ({ runId: undefined, what: `${kind.name}: ${what}` }))
    return [...each, ...together].map((found): Violation => ({ invariant: 'outcome', ...found }))
  })
}
