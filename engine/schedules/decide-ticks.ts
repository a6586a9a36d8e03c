import { nextTick, nextTicks, ticksAfter } from '#shared/schedule/next-tick.ts'
import type { Schedule } from '#shared/schedule/schedule.ts'

/** How late a time may be before it counts as missed: a server that starts again is back long before. */
export const graceMs = 60_000
/** What is to be started for each missed time goes this far back. The keys of runs are kept as long. */
export const catchUpMs = 7 * 86_400_000
/** Of missed times so many are seen to in one transaction. */
const mostAtOnce = 100

export interface TicksDecision {
  /** The times that start a run now, in order. */
  start: number[]
  /** The first time that is not seen to; undefined when none is left. */
  next: number | undefined
}

/**
 * What is to be done of a schedule whose next time has come: `next` is the first time that is not seen to, `dueAt` when
 * the run of a time starts. Pure; whoever decides it at whatever moment later on starts the same runs, or as the flow
 * says leaves out or sums up what was missed.
 */
export function decideTicks(
  schedule: Schedule,
  { next, now, dueAt }: { next: number; now: number; dueAt: (tick: number) => number },
): TicksDecision {
  if (schedule.missed === 'all') return decideAll(schedule, { next, now, dueAt })
  const latest = latestTick(schedule, next, now)
  if (latest === undefined) return { start: [], next }
  if (dueAt(latest) > now) {
    const before = latestTick(schedule, next, latest - 1)
    return { start: before === undefined ? [] : kept(before), next: latest }
  }
  return { start: kept(latest), next: nextTick(schedule, latest) }

  function kept(tick: number): number[] {
    return schedule.missed === 'one' || now - dueAt(tick) <= graceMs ? [tick] : []
  }
}

function decideAll(
  schedule: Schedule,
  { next, now, dueAt }: { next: number; now: number; dueAt: (tick: number) => number },
): TicksDecision {
  const start: number[] = []
  // The first one is a time itself, unless it lies too far back.
  for (const tick of ticksAfter(schedule, Math.max(next - 1, now - catchUpMs))) {
    if (start.length === mostAtOnce || dueAt(tick) > now) return { start, next: tick }
    start.push(tick)
  }
  return { start, next: undefined }
}

/**
 * The last time from `first` up to and including `now`. Looked for from now backwards, in spans that grow: a schedule
 * of every second that stood for a month is not gone through.
 */
function latestTick(schedule: Schedule, first: number, now: number): number | undefined {
  if (first > now) return undefined
  for (let spanMs = graceMs; ; spanMs *= 8) {
    const from = Math.max(first - 1, now - spanMs)
    const ticks = nextTicks(schedule, from, Number.POSITIVE_INFINITY, now)
    const last = ticks.at(-1)
    if (last !== undefined) return last
    // The first one was a time of the rules as they were when it was worked out; the platform's zones may have changed.
    if (from < first) return undefined
  }
}
