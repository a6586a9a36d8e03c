import { edgeKey, handleOf, type Flow } from '#shared/flow.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { durationText } from '../words/duration-text.ts'

/** How a step looks on the canvas of a run (the `data-state` of its card). */
export type CanvasState = 'running' | 'worked' | 'failed' | 'waiting' | 'needs-you' | 'off' | 'not-reached'

export interface StepOnCanvas {
  state: CanvasState
  /** How many times it was left, when it was. */
  count: number | undefined
  /** The third line of its card: how it went, in words. */
  line3: string | undefined
}

const people = new Set(['approval', 'attention', 'inDoubt'])

/** What the canvas of a run shows on each step. Steps that were not reached are not in it. */
export function canvasStates(run: Run, steps: readonly RunStep[]): Map<string, StepOnCanvas> {
  const states = new Map<string, StepOnCanvas>()
  states.set(run.triggerId, { state: 'worked', count: 1, line3: undefined })
  const waits = new Map(run.waits.map((wait) => [wait.path, wait]))
  for (const step of steps) {
    // Later entries are later passes of the same step; the last one is what is shown.
    const wait = waits.get(step.path)
    const count = (states.get(step.nodeId)?.count ?? 0) + (step.status === 'succeeded' ? 1 : 0)
    const state = step.status === 'waiting' && wait !== undefined && people.has(wait.kind) ? 'needs-you' : canvasStateOf(step)
    states.set(step.nodeId, { state, count: count === 0 ? undefined : count, line3: lineOf(step) })
  }
  return states
}

function canvasStateOf(step: RunStep): CanvasState {
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
