import type { Json, JsonText } from '#shared/json.ts'
import type { AskedTerms } from '../state/journal.ts'

/** What it counts as when nobody has answered by the deadline. */
export function decisionAt({ onTimeout }: AskedTerms): 'approved' | 'rejected' | 'timeout' {
  switch (onTimeout) {
    case 'approve':
      return 'approved'
    case 'reject':
      return 'rejected'
    case 'route':
      return 'timeout'
  }
}

/** The output of a step whose question nobody has answered. */
export function unanswered(decision: string, at: number, fields: { [id: string]: Json } = {}): JsonText {
  return JSON.stringify({ decision, by: null, at: new Date(at).toISOString(), comment: null, fields })
}
