import type { JournalEvent } from '../state/journal.ts'
import type { Database } from './database.ts'

/** Whether such an event is in a run's journal after `seq`. */
export async function hasEventAfter(
  database: Database,
  workspaceId: string,
  runId: string,
  wanted: { kind: JournalEvent['kind']; seq: number; path?: string },
): Promise<boolean> {
  const [row] = await database.read<{ found: boolean }>(
    `select exists (select from engine.events where workspace_id = $1 and run_id = $2 and seq > $3 and kind = $4
       and ($5::text is null or path = $5)) as found`,
    [workspaceId, runId, wanted.seq, wanted.kind, wanted.path ?? null],
  )
  return row?.found ?? false
}

/** The number of a run's last event; -1 when it has none. */
export async function findLastSeq(database: Database, workspaceId: string, runId: string): Promise<number> {
  const [row] = await database.read<{ seq: number }>(
    'select coalesce(max(seq), -1) as seq from engine.events where workspace_id = $1 and run_id = $2',
    [workspaceId, runId],
  )
  return row?.seq ?? -1
}
