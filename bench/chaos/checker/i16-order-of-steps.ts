import type { Evidence, PlanSteps, Violation } from './evidence.ts'

/** A step begins only after what leads to it: with `all`, after every step before it that has an outcome at all. */
export function orderOfSteps({ runs, events, plans }: Evidence): Violation[] {
  return runs.flatMap((run) => {
    const steps = plans.get(run.planHash)
    if (!steps || run.replayOf !== null) return []
    const begun = new Map<string, number>()
    const ended = new Map<string, number>()
    for (const { kind, path, seq, data } of events.get(run.id) ?? []) {
      if (path === null || !(path in steps)) continue
      if (!begun.has(path) && kind !== 'step.skipped') begun.set(path, seq)
      if (
        kind === 'step.finished' ||
        (kind === 'step.failed' && data?.['retryAt'] === null) ||
        kind === 'step.skipped' ||
        kind === 'step.resolved'
      )
        ended.set(path, seq)
    }
    return [...begun].flatMap(([path, seq]) =>
      wrongOrder(steps, path, seq, ended).map((what) => ({ invariant: 'I16', runId: run.id, what })),
    )
  })
}

function wrongOrder(steps: PlanSteps, path: string, seq: number, ended: ReadonlyMap<string, number>): string[] {
  const step = steps[path]
  if (!step || step.incoming.length === 0) return []
  const before = step.incoming.map(({ source }) => source).filter((source) => source in steps)
  const isAfterTrigger = before.length < step.incoming.length
  const wrong: string[] = []
  if (step.join === 'all') {
    for (const source of before) {
      const end = ended.get(source)
      if (end !== undefined && end > seq)
        wrong.push(`${path} began as event ${seq}, before ${source} was decided as event ${end}`)
    }
  }
  const hasCause = isAfterTrigger || before.some((source) => (ended.get(source) ?? Infinity) < seq)
  if (!hasCause) wrong.push(`${path} began as event ${seq}, and nothing that leads to it had ended`)
  return wrong
}
