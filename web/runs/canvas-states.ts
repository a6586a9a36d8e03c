import { edgeKey, handleOf, type Flow } from '#shared/flow.ts'
import type { Run, RunStep } from '#shared/run.ts'
import type { StepProgress } from '../editor/state.ts'
import { durationText } from '../words/duration-text.ts'
import { isInCode } from './step-words.ts'

const people = new Set(['approval', 'attention', 'inDoubt'])

/** What the canvas of a run shows on each step. Steps that were not reached are not in it. */
export function canvasStates(run: Run, steps: readonly RunStep[]): Map<string, StepProgress> {
  const states = new Map<string, StepProgress>()
  states.set(run.triggerId, { state: 'worked', count: 1 })
  const waits = new Map(run.waits.map((wait) => [wait.path, wait]))
  const rounds = new Map<string, StepProgress[]>()
  for (const step of steps) {
    if (isInCode(step.path)) continue
    const wait = waits.get(step.path)
    const state = step.status === 'waiting' && wait !== undefined && people.has(wait.kind) ? 'needs-you' : canvasStateOf(step)
    const line3 = lineOf(step)
    const shown: StepProgress = { state, ...(line3 === undefined ? {} : { line3 }) }
    rounds.set(step.nodeId, [...(rounds.get(step.nodeId) ?? []), shown])
  }
  for (const [nodeId, shown] of rounds) states.set(nodeId, together(shown))
  return states
}

/** What stands out most first. */
const urgency: readonly StepProgress['state'][] = ['failed', 'needs-you', 'running', 'waiting', 'worked']

const roundWords: { [S in StepProgress['state']]?: string } = {
  failed: 'failed',
  'needs-you': 'to decide',
  running: 'running',
  waiting: 'waiting',
}

/** All rounds of a step as one: how they went is told by the one that stands out, and how many went so. */
function together(rounds: readonly StepProgress[]): StepProgress {
  const worked = rounds.filter(({ state }) => state === 'worked').length
  const state = urgency.find((one) => rounds.some((round) => round.state === one))
  const alike = rounds.filter((round) => round.state === state)
  const [first] = alike
  if (state === undefined || first === undefined) return rounds[0] ?? { state: 'not-reached' }
  const count = worked === 0 ? {} : { count: worked }
  if (rounds.length === 1) return { ...first, ...count }
  const words = roundWords[state]
  return {
    state,
    ...count,
    line3:
      words === undefined
        ? worked === 1
          ? 'Worked · once'
          : `Worked · ${worked} times`
        : `${alike.length} ${words} · ${worked} worked`,
  }
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
    if (isInCode(step.path)) continue
    if (step.status !== 'skipped') reached.add(step.nodeId)
    if (step.handle === null) continue
    const handles = leftBy.get(step.nodeId) ?? new Set<string>()
    leftBy.set(step.nodeId, handles.add(step.handle))
  }
  return new Set(
    flow.edges.filter((edge) => leftBy.get(edge.source)?.has(handleOf(edge)) === true && reached.has(edge.target)).map(edgeKey),
  )
}
