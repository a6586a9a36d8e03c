import type { JournalEvent } from '../state/journal.ts'
import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import { type EventRow, eventFromRow } from './event-row.ts'
import { idRange } from './id-range.ts'

/** What happened in some runs, each in order, without the payloads. Asked only after the runs were claimed. */
export async function loadJournals(
  database: Database,
  runs: readonly { workspaceId: string; runId: string }[],
): Promise<Map<string, JournalEvent[]>> {
  const rows = await database.read<Omit<EventRow, 'payload' | 'large'> & { runId: string }>(
    `select e.run_id as "runId", e.seq, e.kind, e.path, e.attempt, (extract(epoch from e.at) * 1000)::float8 as at, e.data
     from unnest($1::text[], $2::text[]) as r(workspace_id, run_id)
     join engine.events e on e.workspace_id = r.workspace_id and e.run_id = r.run_id
     -- Said once more so that only their days are planned for.
     where e.run_id between $3 and $4
     order by e.run_id, e.seq`,
    [
      textArray(runs.map((run) => run.workspaceId)),
      textArray(runs.map((run) => run.runId)),
      ...idRange(runs.map((run) => run.runId)),
    ],
  )
  const journals = new Map<string, JournalEvent[]>(runs.map((run) => [run.runId, []]))
  for (const row of rows) journals.get(row.runId)?.push(eventFromRow(row))
  return journals
}
