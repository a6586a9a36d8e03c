import type { JournalEvent } from '../state/journal.ts'
import type { Database } from './database.ts'
import { type EventRow, eventFromRow } from './event-row.ts'

/** What happened in a run after `seq`, in order, without the payloads; `limit` events at the most, or all. */
export async function loadJournalAfter(
  database: Database,
  workspaceId: string,
  runId: string,
  seq: number,
  limit?: number,
): Promise<JournalEvent[]> {
  const rows = await database.read<Omit<EventRow, 'payload' | 'large'>>(
    `select seq, kind, path, attempt, (extract(epoch from at) * 1000)::float8 as at, data
     from engine.events where workspace_id = $1 and run_id = $2 and seq > $3 order by seq limit $4`,
    [workspaceId, runId, seq, limit ?? null],
  )
  return rows.map(eventFromRow)
}
