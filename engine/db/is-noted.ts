import type { Database } from './database.ts'

/** Whether the inbox says of a request that it became part of this run, or for this reason none. */
export async function isNoted(
  database: Database,
  workspaceId: string,
  requestId: string,
  outcome: { runId: string } | { reason: string },
): Promise<boolean> {
  const rows = await database.read(
    `select from engine.requests where workspace_id = $1 and id = $2 and run_id is not distinct from $3 and ($4::text is null or reason = $4)`,
    [workspaceId, requestId, 'runId' in outcome ? outcome.runId : null, 'reason' in outcome ? outcome.reason : null],
  )
  return rows.length === 1
}
