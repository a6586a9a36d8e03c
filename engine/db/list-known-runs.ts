import type { Database } from './database.ts'

/** Which of these runs there are still, finished or not. */
export async function listKnownRuns(database: Database, workspaceId: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await database.read<{ id: string }>(
    `select id from engine.runs where workspace_id = $1 and id = any($2::text[])
     union all
     select id from engine.history where workspace_id = $1 and id = any($2::text[])`,
    [workspaceId, ids],
  )
  return new Set(rows.map(({ id }) => id))
}
