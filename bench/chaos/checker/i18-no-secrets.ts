import type { Evidence, Violation } from './evidence.ts'

/** Canary secrets are nowhere: in no column but the encrypted one, in no log, in no answer. */
export function noSecrets({ leaks }: Evidence): Violation[] {
  return leaks.map((what) => ({ invariant: 'I18', runId: undefined, what }))
}
