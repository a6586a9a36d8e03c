import type { Evidence, Violation } from './evidence.ts'
import { tagOf } from './seen-runs.ts'

/** Deliveries under one key make one run, and all are told of the same one; without a key no more runs than deliveries. */
export function oneDeliveryOneRun({ told, runs, flows }: Evidence): Violation[] {
  const violations: Violation[] = []
  const runsByTag = Map.groupBy(
    runs.filter((run) => flows.has(run.flowId) && run.replayOf === null && run.parent === null),
    (run) => tagOf(run) ?? '',
  )
  const starts = Map.groupBy(
    told.filter((one) => one.what === 'start'),
    (one) => one.tag,
  )
  for (const [tag, sent] of starts) {
    const made = runsByTag.get(tag) ?? []
    const [first] = sent
    const accepted = sent.filter((one) => one.status >= 200 && one.status < 300)
    const named = new Set(accepted.flatMap((one) => one.runId ?? []))
    const isKeyed = first?.key !== undefined
    const most = isKeyed ? 1 : sent.length
    if (made.length > most) {
      const ids = made.map((run) => run.id).join(', ')
      const how = isKeyed ? 'one key' : `${sent.length} deliveries`
      violations.push({ invariant: 'I2', runId: made[0]?.id, what: `${tag}: ${how} made ${made.length} runs: ${ids}` })
    }
    if (isKeyed && named.size > 1) {
      violations.push({
        invariant: 'I2',
        runId: made[0]?.id,
        what: `${tag}: one key was told of several runs: ${[...named].join(', ')}`,
      })
    }
    if (accepted.length > 0 && made.length === 0) {
      violations.push({
        invariant: 'I1',
        runId: undefined,
        what: `${tag}: ${accepted.length} deliveries were accepted and there is no run`,
      })
    }
  }
  return violations
}
