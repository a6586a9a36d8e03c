import type { RunSummary } from '#shared/run.ts'

/** What a run is called: the subject its flow names it by, or the end of its id, which a search finds again. */
export function runSubject(run: Pick<RunSummary, 'id' | 'subject'>): string {
  return run.subject ?? `Run ${run.id.slice(-6)}`
}

/** The version a run went by, as a word. */
export function versionText(version: RunSummary['version']): string {
  return version === 'draft' ? 'draft' : `v${version}`
}
