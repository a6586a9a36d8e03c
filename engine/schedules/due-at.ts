import { createHash } from 'node:crypto'
import { findDurationMs } from '#shared/duration.ts'
import { nextTick } from '#shared/schedule/next-tick.ts'
import type { Schedule } from '#shared/schedule/schedule.ts'

/**
 * When the run of a time starts: at that time, or later by as much as falls to it when starts are spread. The same for
 * whoever asks, and never at or beyond the next time, so times stay in their order.
 */
export function dueAtOf(schedule: Schedule, seed: string, tick: number): number {
  const widest = findDurationMs(schedule.jitter) ?? 0
  if (widest <= 0) return tick
  const next = nextTick(schedule, tick)
  const room = next === undefined ? widest : Math.min(widest, next - tick)
  const share = createHash('sha256').update(`${seed} ${tick}`).digest().readUInt32BE(0) / 2 ** 32
  return tick + Math.floor(room * share)
}
