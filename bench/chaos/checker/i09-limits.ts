import type { Evidence, Violation } from './evidence.ts'

/** At no committed instant do more runs of a flow run than its limit allows. */
export function limitsHold({ samples, flows }: Evidence): Violation[] {
  const worst = new Map<string, { count: number; at: number }>()
  for (const { at, runs } of samples) {
    const running = Map.groupBy(
      runs.filter((run) => run.status === 'running'),
      (run) => run.flowId,
    )
    for (const [flowId, some] of running) {
      if (some.length > (worst.get(flowId)?.count ?? 0)) worst.set(flowId, { count: some.length, at })
    }
  }
  return [...worst].flatMap(([flowId, { count, at }]) => {
    const flow = flows.get(flowId)
    if (flow?.limit === undefined || count <= flow.limit) return []
    const what = `${count} runs of ${flow.kind} were running at ${new Date(at).toISOString()}, and ${flow.limit} may`
    return [{ invariant: 'I9', runId: undefined, what }]
  })
}
