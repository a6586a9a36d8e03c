import { plainArray, textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import type { StoredOutboxRow } from './outbox-row.ts'

/** What is left to be done of what runs asked for, the oldest first. */
export function loadOutbox(database: Database, limit: number): Promise<StoredOutboxRow[]> {
  return database.read<StoredOutboxRow>(
    `select workspace_id as "workspaceId", run_id as "runId", seq, kind, target, path, body
     from engine.outbox order by written_at limit $1`,
    [limit],
  )
}

/** Takes away rows of failures whose followers are started. */
export async function deleteFailures(database: Database, rows: readonly StoredOutboxRow[]): Promise<void> {
  await database.write(
    `delete from engine.outbox o using unnest($1::text[], $2::text[], $3::int[]) as d(workspace_id, run_id, seq)
     where o.workspace_id = d.workspace_id and o.run_id = d.run_id and o.seq = d.seq and o.kind = 'failed'`,
    [
      textArray(rows.map((row) => row.workspaceId)),
      textArray(rows.map((row) => row.runId)),
      plainArray(rows.map((row) => row.seq)),
    ],
  )
}
