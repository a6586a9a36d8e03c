import { edgeKey, handleOf, type Flow } from '#shared/flow.ts'
import type { Run, RunStep } from '#shared/run.ts'
import type { StepProgress } from '../editor/state.ts'
import { durationText } from '../words/duration-text.ts'

const people = new Set(['approval', 'attention', 'inDoubt'])

/** What the canvas of a run shows on each step. Steps that were not reached are not in it. */
export function canvasStates(run: Run, steps: readonly RunStep[]): Map<string, StepProgress> {
  const states = new Map<string, StepProgress>()
  states.set(run.triggerId, { state: 'worked', count: 1 })
  const waits = new Map(run.waits.map((wait) => [wait.path, wait]))
  for (const step of steps) {
    // Later entries are later passes of the same step; the last one is what is shown.
    const wait = waits.get(step.path)
    const count = (states.get(step.nodeId)?.count ?? 0) + (step.status === 'succeeded' ? 1 : 0)
    const state = step.status === 'waiting' && wait !== undefined && people.has(wait.kind) ? 'needs-you' : canvasStateOf(step)
    const line3 = lineOf(step)
    states.set(step.nodeId, { state, ...(count === 0 ? {} : { count }), ...(line3 === undefined ? {} : { line3 }) })
  }
  return states
}

function canvasStateOf(step: RunStep): StepProgress['state'] {
  switch (step.status) {
    case 'running':
      return 'running'
    case 'retrying':
    case 'waiting':
      return 'waiting'
    case 'succeeded':
      return 'worked'
    case 'failed':
      return 'failed'
    case 'skipped':
    case 'cancelled':
      return 'not-reached'
  }
}

function lineOf(step: RunStep): string | undefined {
  const tries = step.attempt > 1 ? ` · try ${step.attempt}` : ''
  switch (step.status) {
    case 'running':
      return `Running${tries}`
    case 'retrying':
      return `Trying again${tries}`
    case 'waiting':
      return 'Waiting'
    case 'succeeded':
      return `${spentText(step)}${tries}`
    case 'failed':
      return `Failed${tries}`
    case 'skipped':
      return undefined
    case 'cancelled':
      return 'Stopped'
  }
}

function spentText(step: RunStep): string {
  if (step.startedAt === null || step.finishedAt === null) return 'Worked'
  return `Worked · ${durationText(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}`
}

/** The lines a run went along, by the name shared/flow.ts gives them. */
export function takenEdges(flow: Flow, run: Run, steps: readonly RunStep[]): Set<string> {
  const leftBy = new Map<string, Set<string>>([[run.triggerId, new Set(['out'])]])
  const reached = new Set<string>()
  for (const step of steps) {
    if (step.status !== 'skipped') reached.add(step.nodeId)
    if (step.handle === null) continue
    const handles = leftBy.get(step.nodeId) ?? new Set<string>()
    leftBy.set(step.nodeId, handles.add(step.handle))
  }
  return new Set(
    flow.edges.filter((edge) => leftBy.get(edge.source)?.has(handleOf(edge)) === true && reached.has(edge.target)).map(edgeKey),
  )
}
