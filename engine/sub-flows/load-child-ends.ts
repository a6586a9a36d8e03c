import type { ArrivalRow } from '../db/load-arrivals.ts'
import { findCall, waitingCalls } from '../keep/code-state.ts'
import type { OwnedRun } from '../run/owned-run.ts'

/** Reads how those runs ended that steps of this one wait for, or are about to. */
export async function loadChildEnds(run: OwnedRun, arrivals: readonly ArrivalRow[]): Promise<void> {
  const ids = new Set<string>()
  for (const { kind, path, key } of arrivals) if (kind === 'child' && isWanted(run, path, key)) ids.add(key)
  if (run.mayHaveMissedEnds) {
    for (const path of run.state.waiting) {
      const wait = run.state.nodes.get(path)?.wait
      if (wait?.kind === 'child') ids.add(wait.runId)
    }
    for (const { call } of waitingCalls(run.state)) if (call.wait?.kind === 'child') ids.add(call.wait.runId)
    run.mayHaveMissedEnds = false
  }
  if (ids.size > 0) {
    const ends = await run.host.findEnds(run.workspaceId, [...ids])
    for (const [runId, end] of ends) run.childEnds.set(runId, end)
  }
}

/** Its step may not have noted yet that it waits. */
function isWanted(run: OwnedRun, path: string, runId: string): boolean {
  const asked = findCall(run.state, path)
  if (asked) return asked.call.child === runId && asked.node.calls?.open.has(asked.call) === true
  const node = run.state.nodes.get(path)
  return node?.child === runId && (node.status === 'waiting' || node.status === 'running' || node.status === 'ready')
}
