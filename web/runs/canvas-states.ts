import type { Flow } from '#shared/flow.ts'
import { edgeKey, handleOf } from '#shared/flow-names.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { codeStepKey } from '../editor/code-steps-of.ts'
import { mostUrgent } from '../editor/canvas/most-urgent.ts'
import type { StepProgress } from '../editor/state.ts'
import { durationText } from '../words/duration-text.ts'
import { codePlaceOf } from './code-place-of.ts'
import { isInCode } from './step-words.ts'

const people = new Set(['approval', 'attention', 'inDoubt'])

/** What the canvas of a run shows on each step, and inside of code. Steps that were not reached are not in it. */
export function canvasStates(document: Flow | undefined, run: Run, steps: readonly RunStep[]): Map<string, StepProgress> {
  const states = new Map<string, StepProgress>()
  states.set(run.triggerId, { state: 'worked', count: 1 })
  const waits = new Map(run.waits.map((wait) => [wait.path, wait]))
  const rounds = new Map<string, StepProgress[]>()
  const inside = new Map<string, Map<string, StepProgress[]>>()
  for (const step of steps) {
    const wait = waits.get(step.path)
    const state = step.status === 'waiting' && wait !== undefined && people.has(wait.kind) ? 'needs-you' : canvasStateOf(step)
    if (!isInCode(step.path)) {
      const line3 = lineOf(step)
      addTo(rounds, step.nodeId, { state, ...(line3 === undefined ? {} : { line3 }) })
    } else {
      const place = document && codePlaceOf(document, step)
      if (place === undefined) continue
      const places = inside.get(step.nodeId) ?? new Map<string, StepProgress[]>()
      inside.set(step.nodeId, places)
      addTo(places, codeStepKey(place), { state, ...(step.attempt > 1 ? { line3: `try ${step.attempt}` } : {}) })
    }
  }
  for (const [nodeId, shown] of rounds) {
    const places = inside.get(nodeId)
    const whole = together(shown)
    if (places === undefined) {
      states.set(nodeId, whole)
      continue
    }
    const counted = new Map([...places].map(([key, all]) => [key, counts(all)]))
    const asks = whole.state === 'waiting' && [...counted.values()].some(({ state }) => state === 'needs-you')
    states.set(nodeId, { ...whole, ...(asks ? { state: 'needs-you' as const, line3: 'Needs a decision' } : {}), inside: counted })
  }
  return states
}

function addTo<K>(lists: Map<K, StepProgress[]>, key: K, progress: StepProgress): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [progress])
  else list.push(progress)
}

/** What a row inside a card has room for: how often it was done, and how many of that stand out. */
function counts(all: readonly StepProgress[]): StepProgress {
  const first = mostUrgent(all)
  if (first === undefined) return { state: 'not-reached' }
  if (all.length === 1) return { ...first, count: 1 }
  const alike = all.filter(({ state }) => state === first.state).length
  return { state: first.state, count: all.length, line3: alike === all.length ? `${alike} ×` : `${alike} of ${all.length}` }
}

const roundWords: { [S in StepProgress['state']]?: string } = {
  failed: 'failed',
  'needs-you': 'to decide',
  running: 'running',
  waiting: 'waiting',
}

/** All rounds of a step as one: how they went is told by the one that stands out, and how many went so. */
function together(rounds: readonly StepProgress[]): StepProgress {
  const worked = rounds.filter(({ state }) => state === 'worked').length
  const first = mostUrgent(rounds)
  if (first === undefined || first.state === 'not-reached') return first ?? { state: 'not-reached' }
  const { state } = first
  const alike = rounds.filter((round) => round.state === state)
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
