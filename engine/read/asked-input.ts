import type { Json } from '#shared/json.ts'
import type { Question } from '../db/load-questions.ts'
import { instant } from '../db/run-row.ts'
import type { StepWait } from '../state/journal.ts'

/** What is recorded of something that code waited for: until when, for which event or run, what was asked. */
export function askedInput(wait: StepWait | undefined, question: Question | undefined): Json {
  const deadline =
    wait !== undefined && 'expiresAt' in wait && wait.expiresAt !== null ? { expiresAt: instant(wait.expiresAt) } : {}
  switch (wait?.kind) {
    case undefined:
      return null
    case 'delay':
      return { until: instant(wait.until) }
    case 'call':
      return 'expiresAt' in deadline ? deadline : null
    case 'event':
      return { event: wait.name, ...deadline }
    case 'approval':
      return question === undefined ? deadline : { ...asked(question), ...deadline }
    case 'child':
      return { runId: wait.runId }
  }
}

function asked({ title, message, fields, approvers, required }: Question): { [name: string]: Json } {
  const known: Json = JSON.parse(fields)
  return {
    title,
    ...(message === '' ? {} : { message }),
    ...(Array.isArray(known) && known.length > 0 ? { fields: known } : {}),
    ...(approvers === null ? {} : { approvers }),
    ...(required > 1 ? { required } : {}),
  }
}
