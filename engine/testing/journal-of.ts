import type { JournalEvent, JournalFact } from '../state/journal.ts'

/** A journal from facts alone: numbered, a millisecond apart. */
export function journalOf(facts: readonly JournalFact[]): JournalEvent[] {
  return [{ kind: 'run.created', data: { triggerId: 'trigger' } } as const, ...facts].map((fact, seq) => ({
    seq,
    at: 1000 + seq,
    ...fact,
  }))
}

export const started = (path: string, attempt = 1): JournalFact => ({ kind: 'step.started', path, attempt })
export const finished = (path: string, handles?: string[], attempt = 1): JournalFact => ({
  kind: 'step.finished',
  path,
  attempt,
  ...(handles ? { data: { handles } } : {}),
})
export const failed = (path: string, retryAt: number | null = null, attempt = 1): JournalFact => ({
  kind: 'step.failed',
  path,
  attempt,
  data: { error: { code: 'http_error', message: 'no', retryable: true }, retryAt },
})
export const lost = (path: string, attempt: number, alone: boolean, crashed = true): JournalFact => ({
  kind: 'step.lost',
  path,
  attempt,
  data: { alone, crashed },
})
