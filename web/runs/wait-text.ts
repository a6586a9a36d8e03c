import type { RunWait } from '#shared/run.ts'
import { durationText } from '../words/duration-text.ts'
import { momentText } from '../words/when-text.ts'

/** What a run waits for, as a sentence without its subject: `Waiting until tomorrow 09:00`. */
export function waitText(wait: RunWait, now: Date): string {
  const until = wait.until === undefined ? undefined : untilText(new Date(wait.until), now)
  switch (wait.kind) {
    case 'delay':
      return until === undefined ? 'Waiting' : `Waiting until ${until}`
    case 'call':
      return 'Waiting for a call to its address'
    case 'event':
      return wait.name === undefined ? 'Waiting for an event' : `Waiting for ${wait.name}`
    case 'approval':
      return 'Waiting for a decision'
    case 'retry':
      return until === undefined ? 'Waiting to try again' : `Trying again at ${until}`
    case 'child':
      return 'Waiting for another flow'
    case 'attention':
    case 'inDoubt':
      return 'Waiting for somebody to decide what to do'
    case 'connection':
      return 'Waiting for an app to be signed in again'
    case 'slot':
      return 'Waiting for its turn'
  }
}

/** A moment to come; within the hour with what is left until then. */
function untilText(until: Date, now: Date): string {
  const leftMs = until.getTime() - now.getTime()
  const moment = momentText(until, now)
  return leftMs > 0 && leftMs < 3_600_000 ? `${moment}, ${durationText(Math.ceil(leftMs / 1000) * 1000)} more` : moment
}
