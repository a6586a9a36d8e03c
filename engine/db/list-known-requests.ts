import type { Database } from './database.ts'

/** Which of these requests are kept still. */
export async function listKnownRequests(database: Database, workspaceId: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await database.read<{ id: string }>(
    'select id from engine.requests where workspace_id = $1 and id = any($2::text[])',
    [workspaceId, ids],
  )
  return new Set(rows.map(({ id }) => id))
}
