import { nextTick } from '#shared/schedule/next-tick.ts'
import { Schedule } from '#shared/schedule/schedule.ts'
import type { ScheduleRow } from '../db/schedules.ts'
import { dueAtOf } from './due-at.ts'
import { seedOf } from './seed-of.ts'
import { zonesEdition } from './zones-edition.ts'
import type { LiveTriggers } from '../start/live-triggers.ts'

/**
 * The schedules a flow has from now on. One that means the same times as before goes on where it stood, whatever else
 * was published; one that is new, was turned off or means other times begins now.
 */
export function arrangeSchedules(live: LiveTriggers, before: readonly ScheduleRow[], now: number): ScheduleRow[] {
  const { workspaceId, flowId, version, planHash, isOn } = live
  const known = new Map(before.map((row) => [row.triggerId, row]))
  return live.triggers.flatMap((trigger) => {
    const schedule = trigger.type === 'schedule' ? Schedule.safeParse(trigger.params).data : undefined
    if (!schedule) return []
    const place = { workspaceId, flowId, triggerId: trigger.id }
    const old = known.get(trigger.id)
    const goesOn = old !== undefined && old.nextAt !== null && timesOf(scheduleFrom(old)) === timesOf(schedule)
    const nextAt = !isOn ? undefined : goesOn ? (old.nextAt ?? undefined) : nextTick(schedule, now)
    return [
      {
        ...place,
        version,
        planHash,
        params: JSON.stringify(trigger.params),
        nextAt: nextAt ?? null,
        dueAt: nextAt === undefined ? null : dueAtOf(schedule, seedOf(place), nextAt),
        lastAt: old?.lastAt ?? null,
        zones: goesOn ? old.zones : zonesEdition,
      },
    ]
  })
}

/** A row was written from what was checked when it was published. */
export function scheduleFrom({ params }: Pick<ScheduleRow, 'params'>): Schedule {
  return Schedule.parse(JSON.parse(params))
}

function timesOf({ rules, startsAt, endsAt }: Schedule): string {
  return JSON.stringify([rules.map(({ cron, timezone }) => [cron, timezone]), startsAt ?? null, endsAt ?? null])
}
