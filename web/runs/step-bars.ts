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

/** Cuts what was only waited for out of a step's bars: its code was gone from memory meanwhile, and nothing was done. */
export function withWaitsCut(bars: readonly Bar[], waits: readonly Span[], busy: readonly Span[]): Bar[] {
  const idle = without(joined(waits), joined(busy))
  return bars.flatMap((bar) => {
    if (bar.kind === 'waiting') return [bar]
    const pieces: Bar[] = without([bar], idle).map((span) => ({ ...bar, ...span }))
    const gaps = idle.flatMap(({ fromMs, toMs }): Bar[] => {
      const gap = { fromMs: Math.max(fromMs, bar.fromMs), toMs: Math.min(toMs, bar.toMs) }
      return gap.fromMs < gap.toMs ? [{ kind: 'waiting', title: 'Waited', ...gap }] : []
    })
    return [...pieces, ...gaps].toSorted((a, b) => a.fromMs - b.fromMs)
  })
}

/** What is left of spans without others; both in order and apart from each other. */
function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const left: Span[] = []
  let next = 0
  for (const { fromMs, toMs } of spans) {
    let at = fromMs
    while ((others[next]?.toMs ?? Infinity) <= at) next++
    for (let index = next; index < others.length; index++) {
      const other = others[index]
      if (other === undefined || other.fromMs >= toMs) break
      if (other.fromMs > at) left.push({ fromMs: at, toMs: other.fromMs })
      at = Math.max(at, other.toMs)
    }
    if (at < toMs) left.push({ fromMs: at, toMs })
  }
  return left
}

/** Spans in order, those that touch made one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1)
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs)
    else result.push({ fromMs, toMs })
  }
  return result
}
