import { findDurationMs } from '../duration.ts'
import { itemName } from '../item-name.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Json } from '../json.ts'
import { readCron } from '../schedule/read-cron.ts'
import { isScheduleBound, mostJitterMs } from '../schedule/schedule.ts'
import { isTimeZone } from '../schedule/time-zone.ts'
import type { Report } from './check-params.ts'

/** What a schedule's params must be beyond their kinds: rules that come, zones that are known, days in their order. */
export function checkSchedule(report: Report, params: { [name: string]: Json }): void {
  const { rules, jitter, startsAt, endsAt } = params
  for (const [index, rule] of (Array.isArray(rules) ? rules : []).entries()) {
    if (!isJsonObject(rule)) continue
    const { cron, timezone } = rule
    const name = itemName(rule)
    const problem = typeof cron === 'string' ? readCron(cron).problem : undefined
    if (problem !== undefined) report('invalid_cron', `rules.${index}.cron`, problem)
    if (typeof timezone === 'string' && !isTimeZone(timezone))
      report(
        'invalid_time_zone',
        `rules.${index}.timezone`,
        `the time zone "${timezone}"${name === undefined ? '' : ` of ${name}`} is not known. Name one by its city, such as Europe/Berlin, or UTC.`,
      )
  }
  const jitterMs = findDurationMs(jitter)
  if (jitterMs !== undefined && jitterMs > mostJitterMs)
    report('invalid_duration', 'jitter', 'a start can be put off by a day at the most.')
  for (const [name, bound] of Object.entries({ startsAt, endsAt })) {
    if (typeof bound === 'string' && bound !== '' && !isScheduleBound(bound))
      report(
        'invalid_param',
        name,
        `"${bound}" is not a day. Write it like 2027-01-31, or with a time like 2027-01-31T18:00:00Z.`,
      )
  }
  if (isBound(startsAt) && isBound(endsAt) && Date.parse(endsAt) < Date.parse(startsAt))
    report('invalid_param', 'endsAt', 'it ends before it begins. Choose a later last day.')
}

function isBound(value: Json | undefined): value is string {
  return typeof value === 'string' && isScheduleBound(value)
}
