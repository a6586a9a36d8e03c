import type { Evidence, Violation } from './evidence.ts'

/** What the API gives as a run's output is to the letter what was recorded. */
export function outputAsRecorded({ runs, events, reads }: Evidence): Violation[] {
  const byId = new Map(runs.map((run) => [run.id, run]))
  return reads.flatMap(({ runId, text }) => {
    const run = byId.get(runId)
    if (!run || run.outputSeq === null || run.finishedAt === null) return []
    const recorded = events.get(runId)?.find((event) => event.seq === run.outputSeq)
    if (recorded?.kind !== 'step.finished' || recorded.payload === null) return []
    if (text.endsWith(`"output":${recorded.payload}}`)) return []
    return [
      { invariant: 'I15', runId, what: `recorded is the output ${recorded.payload.slice(0, 200)}, and the API gives another` },
    ]
  })
}
