import { cronTimes } from './cron-pattern.ts'
import { readCron } from './read-cron.ts'
import { isDay, type Schedule, type ScheduleRule } from './schedule.ts'
import { instantOfWallTime } from './time-zone.ts'

const dayMs = 86_400_000

/**
 * The first time a schedule means after an instant; undefined when no more come. Rules that mean the same instant mean
 * one time. Depends on nothing but its arguments and the platform's time zones.
 */
export function nextTick(schedule: Pick<Schedule, 'rules' | 'startsAt' | 'endsAt'>, afterMs: number): number | undefined {
  let first: number | undefined
  for (const rule of schedule.rules) {
    const next = nextOfRule(rule, schedule, afterMs)
    if (next !== undefined && (first === undefined || next < first)) first = next
  }
  return first
}

/** The next times in order, so many of them and none after `untilMs`. */
export function nextTicks(
  schedule: Parameters<typeof nextTick>[0],
  afterMs: number,
  count: number,
  untilMs = Number.POSITIVE_INFINITY,
): number[] {
  const ticks: number[] = []
  for (let after = afterMs; ticks.length < count;) {
    const tick = nextTick(schedule, after)
    if (tick === undefined || tick > untilMs) break
    ticks.push(tick)
    after = tick
  }
  return ticks
}

function nextOfRule(
  { cron, timezone }: ScheduleRule,
  { startsAt, endsAt }: Pick<Schedule, 'startsAt' | 'endsAt'>,
  afterMs: number,
): number | undefined {
  const read = readCron(cron)
  if (read.cron === undefined) return undefined
  const from = startsAt === undefined || startsAt === '' ? undefined : beginOf(startsAt, timezone)
  const until = endsAt === undefined || endsAt === '' ? undefined : endOf(endsAt, timezone)
  const next = cronTimes(read.cron, timezone)(from === undefined ? afterMs : Math.max(afterMs, from - 1))
  return next === undefined || (until !== undefined && next >= until) ? undefined : next
}

function beginOf(text: string, timezone: string): number {
  return isDay(text) ? instantOfWallTime(timezone, Date.parse(text)) : Date.parse(text)
}

/** The last day counts whole; an instant is just not part of it any more. */
function endOf(text: string, timezone: string): number {
  return isDay(text) ? instantOfWallTime(timezone, Date.parse(text) + dayMs) : Date.parse(text)
}
