import { cronTimes } from './cron-pattern.ts'
import { readCron } from './read-cron.ts'
import { isDay, type Schedule, type ScheduleRule } from './schedule.ts'
import { instantOfWallTime } from './time-zone.ts'

const dayMs = 86_400_000

/** What of a schedule says when it comes. */
type Times = Pick<Schedule, 'rules' | 'startsAt' | 'endsAt'>

/**
 * The times a schedule means after an instant, in order. Rules that mean the same instant mean one time. Depends on
 * nothing but its arguments and the platform's time zones.
 */
export function* ticksAfter(schedule: Times, afterMs: number): Generator<number, void, undefined> {
  const nexts = schedule.rules.map((rule) => nextOfRule(rule, schedule, afterMs))
  for (;;) {
    const first = Math.min(...nexts.map((next) => next ?? Number.POSITIVE_INFINITY))
    if (first === Number.POSITIVE_INFINITY) return
    yield first
    for (const [at, rule] of schedule.rules.entries()) if (nexts[at] === first) nexts[at] = nextOfRule(rule, schedule, first)
  }
}

/** The first of these times; undefined when no more come. */
export function nextTick(schedule: Times, afterMs: number): number | undefined {
  return ticksAfter(schedule, afterMs).next().value ?? undefined
}

/** The next times, so many of them and none after `untilMs`. */
export function nextTicks(schedule: Times, afterMs: number, count: number, untilMs = Number.POSITIVE_INFINITY): number[] {
  const ticks: number[] = []
  if (count <= 0) return ticks
  for (const tick of ticksAfter(schedule, afterMs)) {
    if (tick > untilMs) break
    ticks.push(tick)
    if (ticks.length >= count) break
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
