import { z } from 'zod'
import { isInstantText } from '../expression/dates.ts'
import { Duration } from '../flow.ts'

/** More rules than this make no schedule anybody can read. */
export const mostRules = 50
/** How far times may be spread at the most. */
export const mostJitterMs = 86_400_000

export const ScheduleRule = z.strictObject({
  cron: z
    .string()
    .meta({ title: 'When', description: 'Minute, hour, day of the month, month, day of the week.', placeholder: '0 9 * * 1-5' }),
  timezone: z
    .string()
    .default('UTC')
    .meta({ title: 'Time zone', description: 'Whose clock it goes by.', placeholder: 'Europe/Berlin' }),
})
export type ScheduleRule = z.infer<typeof ScheduleRule>

export const missedPolicies = ['skip', 'one', 'all'] as const
export type MissedPolicy = (typeof missedPolicies)[number]

/** What a schedule trigger says, as the engine keeps it with the flow's live version. */
export const Schedule = z.object({
  rules: z.array(ScheduleRule).min(1).max(mostRules),
  missed: z.enum(missedPolicies).default('skip'),
  jitter: Duration.optional(),
  startsAt: z.string().optional(),
  endsAt: z.string().optional(),
})
export type Schedule = z.infer<typeof Schedule>

/** Whether a text says on which day a schedule begins or ends, or at which instant. */
export function isScheduleBound(text: string): boolean {
  return isDay(text) || (text.length > 10 && isInstantText(text))
}

/** A day without a time: it is counted by the clock of each rule. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
}
