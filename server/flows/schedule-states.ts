import type { ScheduleState } from '#shared/api.ts'
import { nextTick, nextTicks } from '#shared/schedule/next-tick.ts'
import { cronWords } from '#shared/schedule/cron-words.ts'
import { readCron } from '#shared/schedule/read-cron.ts'
import { isScheduleBound, Schedule, type ScheduleRule } from '#shared/schedule/schedule.ts'
import { isTimeZone } from '#shared/schedule/time-zone.ts'
import type { PlanTrigger } from '../db/plan-trigger.ts'

/** Where one schedule stands: the first time that is not seen to, and the last one that was. */
export interface Standing {
  triggerId: string
  nextAt: number | null
  lastAt: number | null
}

/** The schedules among a flow's triggers, with the times that come next. A rule that can't be read means no time, nor does any between bounds that can't. */
export function scheduleStates(
  triggers: readonly PlanTrigger[],
  { state, standings, now, count }: { state: ScheduleState['state']; standings: readonly Standing[]; now: number; count: number },
): ScheduleState[] {
  return triggers.flatMap(({ id, type, params }) => {
    const schedule = type === 'schedule' ? Schedule.safeParse(params).data : undefined
    if (!schedule) return []
    const isBounded = [schedule.startsAt, schedule.endsAt].every((bound) => !bound || isScheduleBound(bound))
    const isReadable = ({ cron, timezone }: ScheduleRule) => readCron(cron).cron !== undefined && isTimeZone(timezone)
    const rules = isBounded ? schedule.rules.filter(isReadable) : []
    const readable = { ...schedule, rules }
    const standing = standings.find(({ triggerId }) => triggerId === id)
    // What is late is still to come, and first.
    const after = standing?.nextAt === null || standing === undefined ? now : standing.nextAt - 1
    const isEnded = nextTick(readable, after) === undefined
    return [
      {
        nodeId: id,
        state: isEnded ? ('ended' as const) : state,
        rules: schedule.rules.map((rule) => ({ ...rule, words: cronWords(rule.cron) })),
        missed: schedule.missed,
        last: instantOrNull(standing?.lastAt),
        next: nextTicks(readable, after, count).map((tick) => new Date(tick).toISOString()),
      },
    ]
  })
}

function instantOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString()
}
