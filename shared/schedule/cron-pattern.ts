import { Cron } from 'croner'
import type { CronText } from './cron-text.ts'
import { instantOfWallTime, wallTimeAt } from './time-zone.ts'

/** The next instant a rule means after this one; undefined when there is none any more. */
type FindNext = (afterMs: number) => number | undefined

const known = new Map<string, FindNext>()
const mostKnown = 2000

/**
 * How to go from one time of a rule to the next. A rule that names its times of day (no star or step in seconds,
 * minutes and hours) means each of them once a day, however clocks are set: at the first of two, and when it is left
 * out, as clocks go forward. A rule that goes by steps follows the time that passes: it goes on through an hour that
 * comes twice, and has nothing in one that is left out.
 */
export function cronTimes(cron: CronText, timezone: string): FindNext {
  const name = `${cron} ${timezone}`
  const before = known.get(name)
  if (before) return before
  const find = namesTimesOfDay(cron) ? byTheClock(cron, timezone) : byTimePassing(cron, timezone)
  if (known.size >= mostKnown) known.clear()
  known.set(name, find)
  return find
}

/** Whether a clock can ever show what the fields ask for: there is no 31 February. Throws for what is no rule. */
export function everComes(cron: CronText): boolean {
  return patternOf(cron, 'UTC').nextRun(new Date(0)) !== null
}

/** croner knows the calendar; which instant a wall time is, is ours to say: it leaves out an hour lost before midnight. */
function byTheClock(cron: CronText, timezone: string): FindNext {
  const pattern = patternOf(cron, 'UTC')
  return (afterMs) => {
    // Wall times in their order are instants in their order, so the search ends with the first that is later.
    let wall: Date | null = new Date(wallTimeAt(timezone, afterMs))
    while ((wall = pattern.nextRun(wall))) {
      const instant = instantOfWallTime(timezone, wall.getTime())
      if (instant > afterMs) return instant
    }
    return undefined
  }
}

function byTimePassing(cron: CronText, timezone: string): FindNext {
  const pattern = patternOf(cron, timezone)
  return (afterMs) => pattern.nextRun(new Date(afterMs))?.getTime()
}

function patternOf(cron: CronText, timezone: string): Cron {
  return new Cron(cron, { timezone, mode: '5-or-6-parts', paused: true })
}

function namesTimesOfDay(cron: CronText): boolean {
  const fields = cron.split(' ')
  return !fields.slice(0, fields.length - 3).some((field) => /[*?/]/.test(field))
}
