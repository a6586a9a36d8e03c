import type { Json } from '#shared/json.ts'
import { instant } from '../db/run-row.ts'
import type { StepWait } from '../state/journal.ts'

/** What is known of something that code waited for: until when, for which event, for the end of which run. */
export function askedInput(wait: StepWait): Json {
  switch (wait.kind) {
    case 'delay':
      return { until: instant(wait.until) }
    case 'call':
    case 'approval':
      return wait.expiresAt === null ? null : { expiresAt: instant(wait.expiresAt) }
    case 'event':
      return { event: wait.name, ...(wait.expiresAt === null ? {} : { expiresAt: instant(wait.expiresAt) }) }
    case 'child':
      return { runId: wait.runId }
  }
}
