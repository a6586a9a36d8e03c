import type { RunStep } from '#shared/run.ts'
import type { Span } from './time-scale.ts'

export interface Bar extends Span {
  kind: 'worked' | 'failed' | 'running' | 'lost' | 'stopped' | 'waiting'
  title: string
}

const outcomeKinds = { succeeded: 'worked', failed: 'failed', running: 'running', lost: 'lost', cancelled: 'stopped' } as const
const outcomeWords = {
  succeeded: 'worked',
  failed: 'failed',
  running: 'running',
  lost: 'was lost with its server, and was repeated',
  cancelled: 'stopped',
}

/** What a step's row on the timeline shows: each attempt at work, and hollow where it waited before, between or instead. */
export function stepBars(step: RunStep, nowMs: number, isWaitStep: boolean): Bar[] {
  if (step.startedAt === null) return []
  const endMs = step.finishedAt === null ? nowMs : Date.parse(step.finishedAt)
  const startMs = Date.parse(step.startedAt)
  if (isWaitStep) return [{ kind: 'waiting', fromMs: startMs, toMs: endMs, title: 'Waited' }]
  const bars: Bar[] = []
  let doneMs = startMs
  for (const attempt of step.attempts) {
    const fromMs = Date.parse(attempt.startedAt)
    const toMs = attempt.finishedAt === null ? endMs : Date.parse(attempt.finishedAt)
    if (fromMs > doneMs) bars.push({ kind: 'waiting', fromMs: doneMs, toMs: fromMs, title: 'Waited' })
    bars.push({
      kind: outcomeKinds[attempt.outcome],
      fromMs,
      toMs,
      title: `Try ${attempt.attempt} ${outcomeWords[attempt.outcome]}`,
    })
    doneMs = Math.max(doneMs, toMs)
  }
  if (step.attempts.length === 0) {
    const kind = step.status === 'failed' ? 'failed' : step.finishedAt === null ? 'running' : 'worked'
    bars.push({
      kind: step.status === 'waiting' || step.status === 'retrying' ? 'waiting' : kind,
      fromMs: startMs,
      toMs: endMs,
      title: 'Step',
    })
  } else if (endMs > doneMs && step.finishedAt === null) {
    bars.push({ kind: 'waiting', fromMs: doneMs, toMs: endMs, title: 'Waiting' })
  }
  return bars
}
