import type { StepsSummary } from '#shared/run.ts'
import type { StepView } from './step-view.ts'

/** How many steps of a run there are of each status, in all and by the box on the canvas they belong to. */
export function summarizeSteps(steps: Iterable<Pick<StepView, 'nodeId' | 'status'>>): StepsSummary {
  const summary: StepsSummary = { total: 0, byStatus: {}, byNode: {} }
  for (const { nodeId, status } of steps) {
    const node = (summary.byNode[nodeId] ??= {})
    summary.total++
    summary.byStatus[status] = (summary.byStatus[status] ?? 0) + 1
    node[status] = (node[status] ?? 0) + 1
  }
  return summary
}
