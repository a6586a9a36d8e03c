import { kinds } from '../kinds/index.ts'
import type { Evidence, Violation } from './evidence.ts'
import { seenRuns } from './seen-runs.ts'

/** Every run came out as its kind is to come out, whatever happened meanwhile. */
export function kindsComeOut(evidence: Evidence): Violation[] {
  return seenRuns(evidence).flatMap((seen) => {
    const kind = kinds.find((one) => one.name === seen.kind)
    if (!kind || seen.run.finishedAt === null) return []
    return kind
      .judge(seen)
      .map((what) => ({ invariant: 'outcome', runId: seen.run.id, what: `${seen.kind} ${seen.tag}: ${what}` }))
  })
}
