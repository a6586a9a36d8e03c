import type { Json } from '#shared/json.ts'
import type { LoggedLine } from './attempt.ts'
import { withoutNul } from '../db/without-nul.ts'
import type { JournalEvent } from '../state/journal.ts'
import { type OwnedRun, writesOf } from './owned-run.ts'

/** Writes what a step logged with the event that says how it went on; `first` lines of others go with the same event. */
export function keepLogs(
  run: OwnedRun,
  event: JournalEvent,
  { path, attempt }: { path: string; attempt: number },
  lines: readonly LoggedLine[],
  first = 0,
): void {
  if (lines.length === 0) return
  const { logs } = writesOf(run)
  for (const [n, { at, level, message, data }] of lines.entries()) {
    logs.push({ seq: event.seq, n: first + n, path, attempt, at, level, message: withoutNul(message), data: dataText(data) })
  }
}

function dataText(data: Json | undefined): string | null {
  return data === undefined ? null : JSON.stringify(data)
}
