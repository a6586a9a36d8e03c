import { findDurationMs } from '../duration.ts'
import type { Json } from '../json.ts'
import { leastEveryMs } from '../poll.ts'
import type { Report } from './check-params.ts'

/** How often a trigger looks is up to the flow, but nobody's server is to be bothered all the time. */
export function checkPoll(report: Report, { every }: { [name: string]: Json }): void {
  const everyMs = findDurationMs(every)
  if (everyMs !== undefined && everyMs < leastEveryMs)
    report('invalid_duration', 'every', 'it can check once a minute at the most. Write 1m or more.')
}
